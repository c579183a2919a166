// What was ordered; a real shop would have a database.
const orders = new Map([
  [
    '1',
    [
      { product: 'kettle', quantity: 1 },
      { product: 'cup', quantity: 4 },
    ],
  ],
  ['2', [{ product: 'teapot', quantity: 2 }]],
]);

/** How much of every hundred cents is taken off. */
const discountPercent = 0;

/** The numbers of all orders. */
export function listOrders() {
  return [...orders.keys()];
}

/**
 * An order with what the catalog asks for it today, or undefined.
 *
 * @param {ReadonlyMap<string, number>} prices cents by product
 */
export function priceOrder(id, prices) {
  const lines = orders.get(id)?.map(({ product, quantity }) => {
    const cents = prices.get(product);
    if (cents === undefined) throw new Error(`the catalog has no ${product}`);
    return { product, quantity, cents };
  });
  if (lines === undefined) return undefined;

  const sumCents = lines.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0);
  const discountCents = Math.round((sumCents * discountPercent) / 100);

  const totalCents = sumCents - discountCents;
  return { id, lines, discountCents, totalCents };
}
