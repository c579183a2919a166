import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createService } from '../src/server.js';

let prices = async () =>
  new Map([
    ['kettle', 2900],
    ['cup', 700],
  ]);
let service;
let url;

before(async () => {
  service = createService({ version: '1.2.3', fetchPrices: () => prices() });
  service.server.listen(0, '127.0.0.1');
  await once(service.server, 'listening');
  url = `http://127.0.0.1:${service.server.address().port}`;
});

after(() => service.server.close());

for (const [path, status, text] of [
  ['/healthz', 200, 'ok\n'],
  ['/version', 200, '1.2.3\n'],
  ['/orders', 200, '["1","2"]\n'],
  ['/orders/99', 404, 'no such order\n'],
  ['/orders/2', 502, 'cannot price the order: the catalog has no teapot\n'],
]) {
  test(`${path} is answered with ${status}`, async () => {
    const answer = await fetch(`${url}${path}`);

    assert.equal(await answer.text(), text);
    assert.equal(answer.status, status);
  });
}

test('an order is answered as JSON', async () => {
  const answer = await fetch(`${url}/orders/1`);

  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.equal((await answer.json()).id, '1');
});

test('a catalog that does not answer is told', async () => {
  prices = () => Promise.reject(new Error('the catalog answered 503'));

  const answer = await fetch(`${url}/orders/1`);

  assert.equal(await answer.text(), 'cannot price the order: the catalog answered 503\n');
});

test('a draining service answers, and ends kept-alive connections', async () => {
  const drained = service.drain(200);

  const answer = await fetch(`${url}/healthz`);

  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('connection'), 'close');
  await answer.text();
  await drained;
  assert.equal(service.server.listening, false);
});
