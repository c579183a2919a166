import { describe, expect, test } from '@jest/globals';
import { addressesOf, chooseBlock, clusterAddresses, parseRoutes } from './index.js';

describe('chooseBlock takes a range that no route of the machine touches', () => {
  test.each([
    ['nothing is in use', [], 0, '10.64'],
    ['another lab has the first', ['10.64.0.0/24', '10.64.2.0/24'], 0, '10.65'],
    ['an address of the machine lies in the first', ['10.64.7.9'], 0, '10.65'],
    ['a wider route covers the first four', ['10.64.0.0/14'], 0, '10.68'],
    ['the whole of 10.0.0.0/8 is routed', ['10.0.0.0/8'], 0, '172.16'],
    ['the search begins at the last and goes round', ['172.31.0.0/16'], 201, '10.64'],
    ['the default route and IPv6 say nothing', ['default', 'fe80::/64'], 1, '10.65'],
  ])('%s', (_name, routes, start, expected) => {
    const block = chooseBlock(routes, start);

    expect(block).toBe(expected);
  });

  test('says so when everything is in use', () => {
    const choose = (): string => chooseBlock(['0.0.0.0/0'], 0);

    expect(choose).toThrow('no range of private addresses is free on this machine for the lab');
  });
});

test('every address of the lab follows from its block', () => {
  const [lab, first, second] = [
    addressesOf('10.64'),
    clusterAddresses('10.64', 1),
    clusterAddresses('10.64', 2),
  ];

  expect(lab).toEqual({ gateway: '10.64.0.1', network: '10.64.0.0/24' });
  expect(first).toEqual({
    node: '10.64.0.11',
    pods: '10.64.2.0/24',
    services: '10.64.3.0/24',
    firstService: '10.64.3.1',
  });
  expect(second.pods).toBe('10.64.4.0/24');
});

test('parseRoutes keeps every destination', () => {
  const routes = parseRoutes('[{"dst":"default"},{"type":"local","dst":"10.1.0.1"},{}]');

  expect(routes).toEqual(['default', '10.1.0.1']);
});
