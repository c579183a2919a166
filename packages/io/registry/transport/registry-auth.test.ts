import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { parsePlainHttpHost, parseRegistryAuth } from './registry-auth.js';

test.each([
  ['r.example.com ci hunter2', 'r.example.com', 'ci', 'hunter2'],
  ['  r.example.com:5000\tci   a b, c ', 'r.example.com:5000', 'ci', 'a b, c'],
  ['index.docker.io ada pw', 'docker.io', 'ada', 'pw'],
  ['[::1]:5000 <token> t', '[::1]:5000', '<token>', 't'],
])('reads %s', (line, registry, username, password) => {
  const credentials = parseRegistryAuth(line, 'registry-auth');

  expect(credentials.registry).toBe(registry);
  expect(credentials.username).toBe(username);
  expect(credentials.password.reveal()).toBe(password);
});

test.each([
  ['a password that is missing', 'r.example.com ci'],
  ['a URL', 'https://r.example.com ci hunter2'],
  ['a path', 'r.example.com/team ci hunter2'],
  ['something that is no host', 'r_example:x ci hunter2'],
])('refuses %s without showing the line', (_name, line) => {
  const refuse = (): unknown => parseRegistryAuth(line, 'registry-auth');

  expect(refuse).toThrow(SlipwayError);
  try {
    refuse();
  } catch (error) {
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(JSON.stringify(error)).toContain('a line “host username password” for each registry');
  }
});

test('a host of plain-http is a host', () => {
  expect(parsePlainHttpHost('10.250.0.1:5000', 'plain-http')).toBe('10.250.0.1:5000');
  expect(() => parsePlainHttpHost('http://10.250.0.1:5000', 'plain-http')).toThrow(SlipwayError);
});
