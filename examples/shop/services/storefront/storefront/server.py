"""HTTP: which page is where, and an end that cuts nobody off."""

import re
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from .neighbours import NeighbourFailed, fetch_json
from .page import format_order, format_products


class Storefront(ThreadingHTTPServer):
    """The service; `drain` ends it."""

    daemon_threads = True  # an idle kept-alive connection holds nobody up
    request_queue_size = 128

    def __init__(self, address, version, orders_url, catalog_url, fetch=fetch_json):
        super().__init__(address, Handler)
        self.version = version
        self.orders_url = orders_url
        self.catalog_url = catalog_url
        self.fetch = fetch
        self.is_draining = False
        self._open_requests = 0
        self._nothing_open = threading.Condition()

    def server_bind(self):
        TCPServer.server_bind(self)  # HTTPServer would ask the DNS for its own name

    @contextmanager
    def open_request(self):
        """While a request is answered the service does not end."""
        with self._nothing_open:
            self._open_requests += 1
        try:
            yield
        finally:
            with self._nothing_open:
                self._open_requests -= 1
                self._nothing_open.notify_all()

    def drain(self, seconds):
        """Goes on answering for a while: traffic follows the Service's endpoints with a delay."""
        self.is_draining = True  # every kept-alive connection hears "Connection: close"
        time.sleep(seconds)
        self.shutdown()
        with self._nothing_open:
            self._nothing_open.wait_for(lambda: self._open_requests == 0, timeout=seconds)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    timeout = 65

    def do_GET(self):
        with self.server.open_request():
            try:
                self._send(200, *self._answer())
            except LookupError as error:
                self._send(404, "text/plain", f"{error.args[0]}\n")
            except NeighbourFailed as error:
                print(f"storefront: GET {self.path}: {error}", file=sys.stderr)
                self._send(502, "text/plain", f"{error}\n")

    def _answer(self):
        if self.path == "/healthz":
            return "text/plain", "ok\n"
        if self.path == "/version":
            return "text/plain", f"{self.server.version}\n"
        if self.path == "/":
            url = f"{self.server.catalog_url}/products"
            return "text/html", self._format(format_products, "catalog", url)
        if order := re.fullmatch(r"/orders/(\w+)", self.path):
            url = f"{self.server.orders_url}/orders/{order[1]}"
            return "text/html", self._format(format_order, "orders", url)
        raise LookupError("no such page")

    def _format(self, format_page, service, url):
        """Reads only what it needs of an answer; what it needs must be there."""
        answer = self.server.fetch(service, url)
        try:
            return format_page(answer)
        except KeyError as error:
            raise NeighbourFailed(f"{service} answered without {error.args[0]}") from error

    def _send(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.server.is_draining:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """What works is not logged."""
