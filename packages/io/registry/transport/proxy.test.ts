import { expect, test } from '@jest/globals';
import { parseProxyRules } from './proxy.js';

const proxies = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'http://plain:3128' };
const registry = 'https://registry.example.com/v2/';

test.each<[string, Record<string, string>, string, string | undefined]>([
  ['nothing', {}, registry, undefined],
  ['TLS', proxies, registry, 'http://secure:3128'],
  ['plain HTTP', proxies, 'http://registry.example.com:5000/v2/', 'http://plain:3128'],
  ['only the other', { HTTP_PROXY: 'http://plain:3128' }, registry, undefined],
  ['small letters first', { ...proxies, https_proxy: 'http://small' }, registry, 'http://small'],
  [
    'no scheme',
    { HTTPS_PROXY: 'proxy.example.com:3128' },
    registry,
    'http://proxy.example.com:3128',
  ],
  ['TLS to the proxy', { HTTPS_PROXY: 'https://proxy:443/' }, registry, 'https://proxy'],
  ['credentials', { HTTPS_PROXY: 'http://ci:secret@proxy:3128' }, registry, 'http://proxy:3128'],
  ['blanks', { HTTPS_PROXY: '  ' }, registry, undefined],
])('the proxy where the environment has %s', (_name, variables, url, expected) => {
  const proxy = parseProxyRules(variables)(new URL(url));

  expect(proxy?.origin).toBe(expected);
});

test.each([
  ['the host', 'registry.example.com', registry, true],
  ['the host in capitals', 'Registry.EXAMPLE.com', registry, true],
  ['a domain', 'example.com', registry, true],
  ['a domain with a dot', '.example.com', registry, true],
  ['a domain with a star', '*.example.com', registry, true],
  ['another host', 'other.example.com', registry, false],
  ['the end of a name', 'ample.com', registry, false],
  ['everything', '*', registry, true],
  ['the host and its port', 'registry.example.com:443', registry, true],
  ['the host and another port', 'registry.example.com:5000', registry, false],
  ['a domain and the port', '.example.com:443', registry, true],
  ['one of several', 'localhost, other.test registry.example.com', registry, true],
  ['an address', '10.1.2.3', 'https://10.1.2.3:5000/v2/', true],
  ['a longer address', '0.1.2.3', 'https://10.0.1.2.3.example/v2/', false],
  ['a range', '10.0.0.0/8', 'https://10.1.2.3:5000/v2/', true],
  ['another range', '10.0.0.0/8', 'https://11.1.2.3/v2/', false],
  ['a range that is none', '10.0.0.0/64', 'https://10.1.2.3/v2/', false],
  ['an address of IPv6', 'fd00::1', 'https://[fd00::1]:5000/v2/', true],
  ['an address of IPv6 and its port', '[fd00::1]:5000', 'https://[fd00::1]:5000/v2/', true],
  ['a range of IPv6', 'fd00::/8', 'https://[fd00::1]/v2/', true],
  ['nothing', ' , ', registry, false],
])('NO_PROXY with %s', (_name, NO_PROXY, url, isDirect) => {
  const proxy = parseProxyRules({ ...proxies, NO_PROXY })(new URL(url));

  expect(proxy === undefined).toBe(isDirect);
});

test.each([
  ['another protocol', 'socks5://ci:secret@proxy:1080'],
  ['no host', 'http://'],
  ['a broken escape', 'http://ci:secret%@proxy:3128'],
])('a proxy with %s is refused, and not shown', (_name, HTTPS_PROXY) => {
  const work = (): unknown => parseProxyRules({ HTTPS_PROXY });

  expect(work).toThrow(
    expect.objectContaining({
      code: 'invalid-input',
      problems: [
        {
          subject: 'HTTPS_PROXY',
          expected: 'the address of a proxy for HTTP, as http://proxy.example.com:3128',
          fix: 'Correct the variable of the environment, in small letters if it is written so, or unset it.',
        },
      ],
    }),
  );
});

test('credentials are not printed', () => {
  const rules = parseProxyRules({ HTTPS_PROXY: 'http://ci:s%40crét@proxy:3128' });

  const proxy = rules(new URL(registry));

  const pair = Buffer.from('ci:s@crét').toString('base64');
  expect(proxy?.authorization?.reveal()).toBe(`Basic ${pair}`);
  expect(JSON.stringify(proxy)).not.toContain(pair);
});
