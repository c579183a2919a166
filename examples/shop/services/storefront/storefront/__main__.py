import os
import signal
import sys
import threading

from .server import Storefront

DRAIN_SECONDS = 4


def main():
    host, separator, port = os.environ.get("STOREFRONT_ADDRESS", ":8080").rpartition(":")
    if not separator or not port.isdigit():
        raise ValueError("STOREFRONT_ADDRESS is not of the form host:port")
    server = Storefront(
        (host, int(port)),
        version=os.environ.get("STOREFRONT_VERSION", "0.0.0"),
        orders_url=os.environ.get("ORDERS_URL", "http://orders"),
        catalog_url=os.environ.get("CATALOG_URL", "http://catalog"),
    )
    drained = threading.Event()

    def end(*_signal):
        def drain():
            server.drain(DRAIN_SECONDS)
            drained.set()

        threading.Thread(target=drain).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    host, port = server.server_address
    print(f"storefront {server.version}: orders from {server.orders_url}, on {host}:{port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    drained.wait()


try:
    main()
except (OSError, ValueError) as error:
    sys.exit(f"storefront: {error}")
