import http.client
import threading
import unittest

from storefront.neighbours import NeighbourFailed
from storefront.server import Storefront

ORDER = {"id": "1", "lines": [], "totalCents": 5700}


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.answers = {
            "http://catalog/products": [{"name": "cup", "cents": 700}],
            "http://orders/orders/1": ORDER,
            "http://orders/orders/2": {"id": "2", "lines": []},
        }
        self.server = Storefront(
            ("127.0.0.1", 0), "1.2.3", "http://orders", "http://catalog", self._fetch
        )
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()
        self.addCleanup(self._end)
        self.client = http.client.HTTPConnection(*self.server.server_address, timeout=5)
        self.addCleanup(self.client.close)

    def _end(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _fetch(self, service, url):
        if url not in self.answers:
            raise NeighbourFailed(f"{service} answered 404")
        return self.answers[url]

    def _get(self, path):
        self.client.request("GET", path)
        answer = self.client.getresponse()
        return answer.status, answer.read().decode(), answer

    def test_what_is_answered(self):
        rows = [
            ("/healthz", 200, "ok\n"),
            ("/version", 200, "1.2.3\n"),
            ("/nowhere", 404, "no such page\n"),
            ("/orders/2", 502, "orders answered without totalCents\n"),
            ("/orders/3", 502, "orders answered 404\n"),
        ]
        for path, status, text in rows:
            with self.subTest(path):
                self.assertEqual(self._get(path)[:2], (status, text))

    def test_the_pages_are_made_of_what_the_neighbours_answer(self):
        self.assertIn("<td>cup</td><td>7.00</td>", self._get("/")[1])
        self.assertIn('<b id="total">57.00</b>', self._get("/orders/1")[1])

    def test_a_connection_is_kept(self):
        answer = self._get("/healthz")[2]

        self.assertIsNone(answer.getheader("Connection"))

    def test_a_draining_server_answers_and_ends_kept_alive_connections(self):
        self.server.is_draining = True

        status, _, answer = self._get("/healthz")

        self.assertEqual((status, answer.getheader("Connection")), (200, "close"))

    def test_a_drained_server_has_answered_every_request(self):
        asked, may_answer = threading.Event(), threading.Event()

        def fetch_slowly(*_arguments):
            asked.set()
            may_answer.wait(5)
            return ORDER

        self.server.fetch = fetch_slowly
        self.client.request("GET", "/orders/1")
        asked.wait(5)
        drain = threading.Thread(target=self.server.drain, args=[0.5])

        drain.start()
        self.thread.join()
        may_answer.set()

        self.assertEqual(self.client.getresponse().status, 200)
        drain.join()
