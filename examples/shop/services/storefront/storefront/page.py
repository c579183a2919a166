"""Pure: what the other services answer becomes HTML."""

from html import escape


def format_cents(cents):
    """
    >>> format_cents(5700)
    '57.00'
    """
    return f"{cents // 100}.{cents % 100:02}"


def format_products(products):
    """A page of what the catalog answers."""
    rows = [(product["name"], format_cents(product["cents"])) for product in products]
    return _page("Shop", _table(rows))


def format_order(order):
    """A page of what the orders answer; KeyError names what is missing."""
    rows = [
        (f"{line['quantity']} × {line['product']}", format_cents(line["quantity"] * line["cents"]))
        for line in order["lines"]
    ]
    total = format_cents(order["totalCents"])
    return _page(f"Order {order['id']}", f'{_table(rows)}\n<p>Total: <b id="total">{total}</b></p>')


def _table(rows):
    cells = [f"<tr><td>{escape(name)}</td><td>{escape(price)}</td></tr>" for name, price in rows]
    return "\n".join(["<table>", *cells, "</table>"])


def _page(title, body):
    head = f'<!doctype html>\n<meta charset="utf-8">\n<title>{escape(title)}</title>'
    return f"{head}\n<h1>{escape(title)}</h1>\n{body}\n"
