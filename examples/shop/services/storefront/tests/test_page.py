import doctest
import unittest

from storefront import page


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(page))
    return tests


class PageTest(unittest.TestCase):
    def test_an_order_shows_its_lines_and_its_total(self):
        order = {
            "id": "1",
            "lines": [
                {"product": "kettle", "quantity": 1, "cents": 2900},
                {"product": "cup", "quantity": 4, "cents": 700},
            ],
            "totalCents": 5700,
        }

        shown = page.format_order(order)

        self.assertIn("<h1>Order 1</h1>", shown)
        self.assertIn("<td>4 × cup</td><td>28.00</td>", shown)
        self.assertIn('<b id="total">57.00</b>', shown)

    def test_names_are_text_and_no_markup(self):
        shown = page.format_products([{"name": "<b>cup</b>", "cents": 705}])

        self.assertIn("<td>&lt;b&gt;cup&lt;/b&gt;</td><td>7.05</td>", shown)
