import { expect, test } from '@jest/globals';
import { findEndpoint, isAllowedUrl, isLoopbackHost } from './endpoint.js';

test.each([
  ['localhost', true],
  ['localhost:5000', true],
  ['127.0.0.1:5000', true],
  ['127.3.2.1', true],
  ['[::1]:5000', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['10.0.0.1:5000', false],
])('%s is on loopback: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

test.each([
  ['https://r.example.com/v2/', true],
  ['http://r.example.com/v2/', false],
  ['http://listed.example.com:5000/v2/', true],
  ['http://listed.example.com/v2/', false],
  ['http://localhost:5000/v2/', true],
  ['ftp://localhost/v2/', false],
])('%s may be used: %s', (url, expected) => {
  expect(isAllowedUrl(new URL(url), { plainHttp: ['listed.example.com:5000'] })).toBe(expected);
});

test.each([
  ['docker.io', 'https://registry-1.docker.io/'],
  ['r.example.com:8443', 'https://r.example.com:8443/'],
  ['listed.example.com:5000', 'http://listed.example.com:5000/'],
  ['127.0.0.1:1', 'http://127.0.0.1:1/'],
])('%s is reached at %s', async (registry, base) => {
  const endpoint = await findEndpoint(registry, { plainHttp: ['listed.example.com:5000'] });

  expect(endpoint.base.href).toBe(base);
});
