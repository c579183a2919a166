import { describe, expect, test } from '@jest/globals';
import { parseSystem } from '@slipway/core/config';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { formatRepository } from '@slipway/core/image-ref';
import { resolveLedgerRepository } from '../ledger/index.js';
import { planRecordPlaces } from './record-places.js';

const system = parseSystem(
  `
apiVersion: slipway/v1
system: shop
services:
  catalog: { image: r.example.com/team/catalog, production-image: r.example.com/production/catalog }
  orders: { image: r.example.com/team/orders }
environments:
  test: {}
  production: { production: true }
  shared: { ledger: r.example.com/ledger }
`,
  'system.yml',
);

function listProblems(environments: readonly string[]): readonly Problem[] {
  try {
    planRecordPlaces(system, environments, ['catalog', 'orders']);
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems;
    throw error;
  }
  return [];
}

describe('planRecordPlaces', () => {
  test('a ledger for each service in each environment', () => {
    const places = planRecordPlaces(system, ['test', 'production'], ['catalog']);

    const ledgers = places.map((place) => formatRepository(resolveLedgerRepository(place)));
    expect(ledgers).toEqual([
      'r.example.com/team/catalog-ledger',
      'r.example.com/production/catalog-ledger',
    ]);
    expect(places.map(({ isProduction }) => isProduction)).toEqual([false, true]);
  });

  test('tells every ledger that cannot be named, and every one that is shared', () => {
    expect(listProblems(['test', 'production', 'shared'])).toMatchObject([
      {
        subject: 'production-image',
        expected: 'a repository: the ledger of orders in production is {production-image}-ledger',
      },
      {
        subject: 'environments.shared.ledger',
        given: 'r.example.com/ledger',
        expected: 'a ledger for each service; catalog and orders would share it',
      },
    ]);
  });
});
