import { describe, expect, test } from '@jest/globals';
import { play } from '@slipway/testing/release';
import { createRecordingLogger } from '@slipway/testing/logger';
import { isBeforeOwn, tellAdoption, type Adoption } from './adoption.js';
import { buildBundle } from './bundle-artifact.js';

describe('tellAdoption', () => {
  const identity = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'catalog' };
  const adoption: Adoption = {
    deployers: new Set(['helm', 'kubectl-edit']),
    objects: [{ ...identity, apiVersion: 'apps/v1', kind: 'Deployment' }, identity],
    notes: ['Secrets stay as they are and are in no bundle: key'],
  };

  function tell(more: Partial<Adoption>, isDryRun: boolean): readonly string[] {
    const logger = createRecordingLogger();
    tellAdoption({ logger }, { ...adoption, ...more }, { isDryRun });
    return logger.lines;
  }

  test('what is adopted, from whom, and what there will be to return to', async () => {
    const reference = `r.example.com/shop/catalog@sha256:${'a'.repeat(64)}`;
    const bundle = await buildBundle(
      {
        service: 'catalog',
        environment: 'test',
        namespace: 'shop',
        version: '1.0.0',
        images: [{ name: 'catalog', reference }],
        dependsOn: [],
        migration: 'none',
        verification: { soakMs: 0 },
        strategy: 'rolling',
      },
      [],
      [],
    );

    expect(tell({ bundle }, false)).toEqual([
      '1.0.0, which runs here, was deployed with helm, kubectl-edit: it is adopted',
      '  Deployment shop/catalog',
      '  Service shop/catalog',
      `  runs ${reference}`,
      'Secrets stay as they are and are in no bundle: key',
    ]);
  });

  test('that there is no way back, and why', () => {
    expect(tell({ obstacle: 'no workload of it is live', notes: [] }, true)).toEqual([
      'what runs here was deployed with helm, kubectl-edit: it would be adopted',
      '  Deployment shop/catalog',
      '  Service shop/catalog',
      '[warning] there will be nothing to return to: no workload of it is live',
    ]);
  });
});

test.each([
  ['in an empty ledger', play([]), true],
  [
    'after a deployment that failed',
    play([
      ['started', 1, '1.0.0'],
      ['failed', 1, '1.0.0'],
    ]),
    true,
  ],
  [
    'while only what was adopted is live',
    play([
      ['adopted', 1, '0.9.0'],
      ['started', 2, '1.0.0'],
    ]),
    true,
  ],
  [
    'once one became available',
    play([
      ['adopted', 1, '0.9.0'],
      ['started', 2, '1.0.0'],
      ['available', 2, '1.0.0'],
    ]),
    false,
  ],
])('whether there is something to adopt: %s', (_name, state, expected) => {
  expect(isBeforeOwn(state)).toBe(expected);
});
