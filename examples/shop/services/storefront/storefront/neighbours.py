"""The services that the storefront calls."""

import json
import urllib.error
import urllib.request

PATIENCE_SECONDS = 2


class NeighbourFailed(Exception):
    """A service did not answer, or not what was agreed."""


def fetch_json(service, url):
    """What a service answers to a GET."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise NeighbourFailed(f"{service} answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise NeighbourFailed(f"{service} cannot be asked: {error}") from error
