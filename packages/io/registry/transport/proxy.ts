import { BlockList, isIP } from 'node:net';
import { invalidInput, type Problem } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';

/** A proxy that stands between this machine and others. */
export interface Proxy {
  /** `http://proxy.example.com:3128`, without credentials. */
  readonly origin: string;
  /** What names it, for who has to mend it. */
  readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY';
  /** What it is shown as `Proxy-Authorization`. */
  readonly authorization?: Secret;
}

/** Which proxy a request goes through; undefined when it goes directly. */
export type ProxyRules = (url: URL) => Proxy | undefined;

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; as for curl their small forms come first, and a proxy
 * without a scheme is one that speaks plain HTTP. `NO_PROXY` lists, by comma or space, hosts, which stand for
 * the names below them too (`example.com`, `.example.com`), hosts with a port, addresses, ranges of them
 * (`10.0.0.0/8`), or `*`.
 *
 * @example parseProxyRules({ HTTPS_PROXY: 'http://proxy:3128' })(new URL('https://registry.example.com/'))
 * @throws SlipwayError `invalid-input` when a proxy is none; what was given may hold a password and is not shown
 */
export function parseProxyRules(variables: Readonly<Record<string, string>>): ProxyRules {
  const textOf = (name: string): string => variables[name.toLowerCase()] ?? variables[name] ?? '';
  const problems: Problem[] = [];
  const read = (variable: Proxy['variable']): Proxy | undefined => {
    const text = textOf(variable).trim();
    if (text === '') return undefined;
    const proxy = tryParseProxy(text, variable);
    if (proxy === undefined) problems.push(describeProblem(variable));
    return proxy;
  };
  const [https, http] = [read('HTTPS_PROXY'), read('HTTP_PROXY')];
  if (problems.length > 0) throw invalidInput(problems);
  const isExcepted = parseExceptions(textOf('NO_PROXY'));
  return (url) => {
    const proxy = url.protocol === 'https:' ? https : http;
    return proxy === undefined || isExcepted(url) ? undefined : proxy;
  };
}

function describeProblem(subject: string): Problem {
  return {
    subject,
    expected: 'the address of a proxy for HTTP, as http://proxy.example.com:3128',
    fix: 'Correct the variable of the environment, in small letters if it is written so, or unset it.',
  };
}

function tryParseProxy(text: string, variable: Proxy['variable']): Proxy | undefined {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const { origin, username, password } = url;
  if (username === '' && password === '') return { origin, variable };
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = Secret.of(`Basic ${Buffer.from(pair).toString('base64')}`);
    return { origin, variable, authorization };
  } catch {
    return undefined; // a “%” that stands for nothing
  }
}

function parseExceptions(text: string): (url: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  const matchers = entries.map((entry) => parseRange(entry) ?? parseName(entry));
  return (url) => {
    const host = url.hostname.replaceAll(/[[\]]/g, '').replace(/\.$/, '');
    const port = url.port === '' ? defaultPort(url) : url.port;
    return matchers.some((matches) => matches(host, port));
  };
}

type Matcher = (host: string, port: string) => boolean;

function parseRange(entry: string): Matcher | undefined {
  const { address = '', bits = '' } =
    /^(?<address>[^/]+)\/(?<bits>\d{1,3})$/.exec(entry)?.groups ?? {};
  const family = familyOf(address);
  if (family === undefined || Number(bits) > (family === 'ipv4' ? 32 : 128)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, Number(bits), family);
  return (host) => familyOf(host) === family && range.check(host, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

function parseName(entry: string): Matcher {
  if (entry === '*') return () => true;
  const isBareIpv6 = isIP(entry) === 6;
  const groups = isBareIpv6 ? undefined : /^(?<name>.+?)(?::(?<port>\d+))?$/.exec(entry)?.groups;
  const name = (groups?.['name'] ?? entry).replace(/^\*?\./, '').replaceAll(/[[\]]|\.$/g, '');
  const onlyPort = groups?.['port'];
  return (host, port) => {
    if (onlyPort !== undefined && onlyPort !== port) return false;
    return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
  };
}

function defaultPort({ protocol }: URL): string {
  return protocol === 'https:' ? '443' : '80';
}
