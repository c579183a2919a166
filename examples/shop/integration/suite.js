// Do the services understand each other? Asks them by their Services' names, and ends with a JUnit report.
import assert from 'node:assert/strict';
import { formatReport } from './junit.js';

const urls = {
  catalog: process.env.CATALOG_URL ?? 'http://catalog',
  orders: process.env.ORDERS_URL ?? 'http://orders',
  storefront: process.env.STOREFRONT_URL ?? 'http://storefront',
};
const patienceMs = 5000;

const tests = {
  'orders asks the prices that the catalog has': async () => {
    const products = await fetchJson('catalog', '/products');
    const prices = new Map(products.map(({ name, cents }) => [name, cents]));
    for (const { product, cents } of (await fetchJson('orders', '/orders/1')).lines) {
      assert.equal(cents, prices.get(product), `orders asks ${cents} for a ${product}`);
    }
  },
  'storefront shows the total of every order': async () => {
    for (const id of await fetchJson('orders', '/orders')) {
      const { lines, discountCents } = await fetchJson('orders', `/orders/${id}`);
      const sum = lines.reduce((total, { quantity, cents }) => total + quantity * cents, 0);
      const expected = ((sum - discountCents) / 100).toFixed(2);
      const page = await fetchText('storefront', `/orders/${id}`);
      const shown = /<b id="total">(?<total>[^<]*)<\/b>/.exec(page)?.groups.total;
      assert.equal(shown, expected, `storefront shows ${shown} for order ${id}, not ${expected}`);
    }
  },
  'storefront shows what the catalog sells': async () => {
    const page = await fetchText('storefront', '/');
    for (const { name } of await fetchJson('catalog', '/products')) {
      assert.ok(page.includes(`<td>${name}</td>`), `storefront does not show the ${name}`);
    }
  },
};

async function fetchText(service, path) {
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await fetch(`${urls[service]}${path}`, { signal }).catch((error) => {
    throw new Error(`${service} cannot be asked: ${error.cause?.message ?? error.message}`);
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${service} answered ${answer.status} for ${path}: ${text.trim()}`);
  return text;
}

async function fetchJson(service, path) {
  return JSON.parse(await fetchText(service, path));
}

async function run([name, test]) {
  const started = performance.now();
  const failure = await test().then(
    () => undefined,
    (error) => error.message,
  );
  console.log(failure === undefined ? `passed: ${name}` : `FAILED: ${name}: ${failure}`);
  const seconds = (performance.now() - started) / 1000;
  return { name, seconds, ...(failure === undefined ? {} : { failure }) };
}

const results = [];
for (const each of Object.entries(tests)) results.push(await run(each));
console.log(formatReport('integration', results));
process.exitCode = results.some(({ failure }) => failure !== undefined) ? 1 : 0;
