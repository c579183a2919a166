import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../src/settings.js';

test('the defaults are those of a cluster', () => {
  const { address, catalogUrl, version } = readSettings({});

  assert.deepEqual(address, { host: undefined, port: 8080 });
  assert.equal(catalogUrl, 'http://catalog');
  assert.equal(version, '0.0.0');
});

test('an address may name its host', () => {
  const { address } = readSettings({ ORDERS_ADDRESS: '127.0.0.1:9000' });

  assert.deepEqual(address, { host: '127.0.0.1', port: 9000 });
});

test('an address without a port is refused', () => {
  assert.throws(() => readSettings({ ORDERS_ADDRESS: 'orders' }), {
    message: 'ORDERS_ADDRESS is not of the form host:port',
  });
});
