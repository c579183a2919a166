import { describe, expect, test } from '@jest/globals';
import type { SystemConfig } from '@slipway/core/config';
import { SlipwayError } from '@slipway/core/errors';
import { formatRepository, parsePinnedReference, type Digest } from '@slipway/core/image-ref';
import { liveAttempt } from '@slipway/core/release';
import { good, imageOf, play, type Step } from '@slipway/testing/release';
import type { LiveService } from '../live/index.js';
import {
  findChanges,
  findDrift,
  planPlaces,
  planTested,
  type LiveServices,
  type NeighbourChoice,
} from './neighbours.js';

const digestOfImage = (version: string): Digest => parsePinnedReference(imageOf(version)).digest;
const short = (version: string): string => digestOfImage(version).slice(0, 19);

/** A service after some events, with what its live bundle depends on. */
function service(
  name: string,
  steps: readonly Step[],
  dependsOn: readonly string[] = [],
): readonly [string, LiveService | undefined] {
  const state = play(steps);
  const attempt = liveAttempt(state);
  if (attempt === undefined) return [name, undefined];
  const config = {
    service: name,
    environment: 'test',
    namespace: 'shop',
    version: attempt.version,
    images: [{ name, reference: attempt.image }],
    dependsOn,
    migration: 'none',
    verification: { soakMs: 0 },
    strategy: 'rolling',
  } as const;
  return [name, { attempt, state, bundle: { digest: attempt.bundle, config, objects: [] } }];
}

const shop: LiveServices = new Map([
  service('orders', good(1, '1.0.0', 0), ['catalog']),
  service('catalog', good(1, '2.0.0', 0)),
  service('storefront', good(1, '3.0.0', 0), ['orders', 'catalog']),
  service('prices', good(1, '4.0.0', 0), ['catalog']),
  service('stock', [['started', 1, '5.0.0', 0]]),
]);

const own = { service: 'orders', environment: 'test', candidate: digestOfImage('1.0.0') };

function errorOf(choice: NeighbourChoice, live: LiveServices, candidate = own.candidate): string {
  try {
    planTested({ ...own, candidate }, choice, live);
  } catch (error) {
    if (error instanceof SlipwayError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was planned');
}

describe('who is met', () => {
  test.each<[string, NeighbourChoice, readonly string[]]>([
    ['dependencies and consumers', 'related', ['catalog', 'storefront']],
    ['those that are named', ['prices', 'catalog'], ['catalog', 'prices']],
    ['each once, and never oneself', ['orders', 'prices', 'prices'], ['prices']],
  ])('%s', (_name, choice, expected) => {
    const [first, ...others] = planTested(own, choice, shop);

    expect(first).toMatchObject({ service: 'orders', version: '1.0.0', image: own.candidate });
    expect(others.map((each) => each.service)).toEqual(expected);
  });

  test('by version, image and deployment', () => {
    const [, catalog] = planTested(own, ['catalog'], shop);

    expect(catalog).toEqual({
      service: 'catalog',
      version: '2.0.0',
      image: digestOfImage('2.0.0'),
      deployment: 'test.00000001',
    });
  });
});

describe('who cannot be met', () => {
  const failedAfter: readonly Step[] = [
    ...good(1, '2.0.0', 0),
    ['started', 5, '2.1.0', 5],
    ['failed', 5, '2.1.0', 6],
  ];

  test.each<[string, LiveServices, string]>([
    [
      'another candidate is live',
      new Map([...shop, service('orders', good(1, '1.1.0', 0))]),
      `the candidate ${own.candidate} is not what is live of orders in test: 1.1.0 is (${imageOf('1.1.0')})`,
    ],
    [
      'nothing of the candidate is live',
      new Map([...shop, service('orders', [])]),
      'nothing is live of orders in test',
    ],
    [
      'a dependency was never deployed',
      new Map([...shop, service('orders', good(1, '1.0.0', 0), ['stock'])]),
      'nothing is live of stock in test',
    ],
    [
      'a dependency that nobody names',
      new Map([...shop, service('orders', good(1, '1.0.0', 0), ['mail'])]),
      'mail is needed, and neither system nor configuration names it',
    ],
    [
      'a neighbour is being deployed',
      new Map([...shop, service('catalog', [...good(1, '2.0.0', 0), ['started', 5, '2.1.0', 5]])]),
      'it is not certain what runs of catalog: 2.1.0 was begun after 2.0.0 and is started',
    ],
    [
      'a neighbour is being deployed again',
      new Map([...shop, service('catalog', [...good(1, '2.0.0', 0), ['started', 5, '2.0.0', 5]])]),
      'it is not certain what runs of catalog: 2.0.0 was begun after 2.0.0 and is started',
    ],
    [
      'a neighbour was left half deployed',
      new Map([...shop, service('catalog', failedAfter)]),
      'it is not certain what runs of catalog: 2.1.0 was begun after 2.0.0 and is failed',
    ],
    [
      'everything at once',
      new Map([service('orders', good(1, '1.1.0', 0), ['mail', 'stock']), service('stock', [])]),
      `the candidate ${own.candidate} is not what is live of orders in test: 1.1.0 is (${imageOf('1.1.0')}); ` +
        'mail is needed, and neither system nor configuration names it; nothing is live of stock in test',
    ],
  ])('%s', (_name, live, sentence) => {
    expect(errorOf('related', live)).toBe(`integration-errored: ${sentence}`);
  });

  test.each<[string, readonly Step[]]>([
    ['went back to what was good', [...failedAfter, ...good(7, '2.0.0', 7)]],
    [
      'failed at what was live already',
      [...good(1, '2.0.0', 0), ['started', 5, '2.0.0', 5], ['failed', 5, '2.0.0', 6]],
    ],
  ])('but one can that %s', (_name, steps) => {
    const live = new Map([...shop, service('catalog', steps)]);

    expect(planTested(own, ['catalog'], live)).toHaveLength(2);
  });
});

describe('what changed while the suite ran', () => {
  test.each<[string, readonly [string, LiveService | undefined], readonly string[]]>([
    ['nothing', service('catalog', good(1, '2.0.0', 0)), []],
    [
      'another version',
      service('catalog', [...good(1, '2.0.0', 0), ...good(5, '2.1.0', 5)]),
      [`catalog went from 2.0.0 (${short('2.0.0')}) to 2.1.0 (${short('2.1.0')})`],
    ],
    [
      'there and back',
      service('catalog', [...good(1, '2.0.0', 0), ...good(5, '2.1.0', 5), ...good(9, '2.0.0', 9)]),
      ['catalog 2.0.0 was deployed again'],
    ],
    [
      'a deployment was begun',
      service('catalog', [...good(1, '2.0.0', 0), ['started', 5, '2.1.0', 5]]),
      ['catalog: 2.1.0 was begun after 2.0.0 and is started'],
    ],
    ['it went', ['catalog', undefined], ['catalog 2.0.0 is no longer live']],
  ])('%s', (_name, after, expected) => {
    const tested = planTested(own, ['catalog'], shop);

    expect(findChanges(tested, new Map([...shop, after]))).toEqual(expected);
  });
});

test('drift: what evidence names and what is live now', () => {
  const evidence = {
    catalog: digestOfImage('2.0.0'),
    prices: digestOfImage('3.9.0'),
    stock: digestOfImage('5.0.0'),
  };

  expect(findDrift(evidence, shop)).toEqual([
    `prices was ${short('3.9.0')} and is 4.0.0 (${short('4.0.0')})`,
    `stock (${short('5.0.0')}) is no longer live`,
  ]);
});

describe('where the records are', () => {
  const system: SystemConfig = {
    name: 'shop',
    services: new Map([
      ['orders', { image: 'r.example.com/shop/orders' }],
      ['catalog', { image: 'r.example.com/shop/catalog' }],
      ['prices', { image: 'r.example.com/shop/prices', productionImage: 'r.example.com/p/prices' }],
    ]),
    environments: new Map([['test', { isProduction: false, ledger: '{image}-record' }]]),
  };
  const place = { service: 'orders', environment: 'test', isProduction: false };

  test.each<[string, NeighbourChoice, readonly string[]]>([
    ['all of the system, to find consumers', 'related', ['orders', 'catalog', 'prices']],
    ['only those that are named', ['prices'], ['orders', 'prices']],
  ])('%s', (_name, choice, expected) => {
    const places = planPlaces(place, system, choice);

    expect(places.map(({ service: name }) => name)).toEqual(expected);
  });

  test('with their repositories, by the template of the environment', () => {
    const [, prices] = planPlaces(place, system, ['prices']);

    expect(prices).toMatchObject({ environment: 'test', ledger: '{image}-record' });
    expect(prices?.image && formatRepository(prices.image)).toBe('r.example.com/shop/prices');
  });

  test('by the template that the input gives, before that of the environment', () => {
    const [, prices] = planPlaces({ ...place, ledger: '{image}-own' }, system, ['prices']);

    expect(prices?.ledger).toBe('{image}-own');
  });
});
