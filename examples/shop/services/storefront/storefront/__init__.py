"""The pages of the shop: what it sells, and what an order costs."""
