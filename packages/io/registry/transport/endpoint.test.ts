import { expect, test } from '@jest/globals';
import { findEndpoint, isAllowedUrl, isLoopbackHost } from './endpoint.js';

test.each([
  ['localhost', true],
  ['localhost:5000', true],
  ['127.0.0.1:5000', true],
  ['127.3.2.1', true],
  ['[::1]:5000', true],
  ['LOCALHOST:5000', true],
  ['[0:0:0:0:0:0:0:1]:5000', true],
  ['0x7f.1', true],
  ['[::2]', false],
  ['[:::]', false],
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
  ['http://Listed.Example.com:5000/v2/', true],
  ['http://listed.example.com/v2/', false],
  ['http://other.example.com/v2/', true],
  ['http://localhost:5000/v2/', true],
  ['ftp://localhost/v2/', false],
])('%s may be used: %s', (url, expected) => {
  expect(
    isAllowedUrl(new URL(url), { plainHttp: ['listed.example.com:5000', 'Other.example.com:80'] }),
  ).toBe(expected);
});

test.each([
  ['docker.io', 'https://registry-1.docker.io/'],
  ['r.example.com:8443', 'https://r.example.com:8443/'],
  ['listed.example.com:5000', 'http://listed.example.com:5000/'],
  ['Listed.example.com:5000', 'http://listed.example.com:5000/'],
  ['127.0.0.1:1', 'http://127.0.0.1:1/'],
])('%s is reached at %s', async (registry, base) => {
  const endpoint = await findEndpoint(registry, { plainHttp: ['listed.example.com:5000'] });

  expect(endpoint.base.href).toBe(base);
});

test.each(['r.example.com:65536', 'r.example.com:123456', '[:::]', '999.1.1.1'])(
  '%s is right in a reference, and refused when it is to be asked',
  async (registry) => {
    await expect(findEndpoint(registry, { plainHttp: [] })).rejects.toMatchObject({
      code: 'invalid-input',
      message: `${registry} is no host that can be reached`,
      fix: 'Check the host, and its port: at most 65535.',
    });
  },
);
