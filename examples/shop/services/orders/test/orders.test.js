import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOrders, priceOrder } from '../src/orders.js';

const prices = new Map([
  ['kettle', 2900],
  ['teapot', 3400],
  ['cup', 700],
]);

test('an order has lines with today’s prices', () => {
  const order = priceOrder('1', prices);

  assert.deepEqual(order.lines, [
    { product: 'kettle', quantity: 1, cents: 2900 },
    { product: 'cup', quantity: 4, cents: 700 },
  ]);
});

test('the total is the sum of the lines less the discount', () => {
  const order = priceOrder('1', prices);

  assert.equal(order.totalCents, 2900 + 4 * 700 - order.discountCents);
});

test('an order that nobody made is none', () => {
  assert.equal(priceOrder('99', prices), undefined);
});

test('what the catalog does not sell has no price', () => {
  assert.throws(() => priceOrder('2', new Map()), { message: 'the catalog has no teapot' });
});

test('every order can be priced', () => {
  for (const id of listOrders()) assert.equal(priceOrder(id, prices).id, id);
});
