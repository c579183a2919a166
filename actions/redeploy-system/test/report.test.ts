import { describe, expect, test } from '@jest/globals';
import { parseSystem } from '@slipway/core/config';
import { SlipwayError } from '@slipway/core/errors';
import { bundleOf, imageOf } from '@slipway/testing/release';
import type { PlannedService, ServiceResult } from '@slipway/flow/system';
import { report } from '../src/report.js';
import type { Result } from '../src/run.js';

const system = parseSystem('{ apiVersion: slipway/v1, system: shop }', 'system.yml');

function service(name: string, version: string, there?: string): PlannedService {
  const place = { service: name, environment: 'standby', isProduction: true };
  return {
    name,
    source: { ...place, environment: 'production' },
    target: place,
    bundle: {
      digest: bundleOf(version),
      config: {
        service: name,
        environment: 'production',
        namespace: 'shop',
        version,
        images: [],
        dependsOn: [],
        migration: 'none',
        verification: { soakMs: 0 },
        strategy: 'rolling',
      },
      objects: [],
    },
    image: imageOf(version),
    explanation: `${version} is live and known good for 2 h`,
    ...(there === undefined ? {} : { there }),
    isThere: there === version,
  };
}

const [catalog, orders, web] = [
  service('catalog', '1.4.0', '1.4.0'),
  service('orders', '2.0.1', '2.0.0'),
  service('web', '3.0.0'),
];

function resultOf(
  results: readonly ServiceResult[],
  more: Partial<Pick<Result, 'refusal'>> = {},
  mode: 'plan' | 'run' = 'run',
): Result {
  return {
    inputs: {
      mode,
      system,
      from: 'production',
      to: 'standby',
      only: [],
      parallel: 3,
      conflicts: 'fail',
      timeoutMs: 1000,
      isDryRun: false,
      target: {
        namespace: 'shop',
        registry: { credentials: [], plainHttp: [] },
        cluster: {},
      },
    },
    results,
    chosen: [catalog, orders, web],
    snapshot: '/tmp/snapshot.json',
    durationMs: 12_345,
    ...more,
  };
}

const crash = new SlipwayError('crash-loop', 'orders crashes', { fix: 'Read its log.' });
const live: readonly ServiceResult[] = [
  { service: catalog, wave: 1, status: 'unchanged', durationMs: 400 },
  { service: orders, wave: 2, status: 'succeeded', durationMs: 3210 },
  { service: web, wave: 3, status: 'succeeded', durationMs: 2000 },
];
const stopped: readonly ServiceResult[] = [
  { service: catalog, wave: 1, status: 'unchanged', durationMs: 400 },
  { service: orders, wave: 2, status: 'failed', durationMs: 3210, failure: crash },
  { service: web, wave: 3, status: 'skipped', reason: 'needs orders' },
];

describe('report', () => {
  test('all live: outputs and summary', () => {
    const { outputs, summary, failure } = report(resultOf(live));

    expect(failure).toBeUndefined();
    expect(outputs).toEqual({
      services:
        '{"catalog":{"version":"1.4.0","status":"unchanged"},"orders":{"version":"2.0.1","status":"succeeded"},"web":{"version":"3.0.0","status":"succeeded"}}',
      snapshot: '/tmp/snapshot.json',
      duration: '12.3',
    });
    expect(summary.split('\n')).toEqual([
      '### ✅ shop, production → standby: 3 services are live, 1 of them were already',
      '',
      '| wave | service | version | status | seconds | why | bundle |',
      '|---|---|---|---|---|---|---|',
      `| 1 | catalog | 1.4.0 | unchanged | 0.4 | 1.4.0 is live and known good for 2 h | \`${bundleOf('1.4.0')}\` |`,
      `| 2 | orders | 2.0.0 → 2.0.1 | succeeded | 3.2 | 2.0.1 is live and known good for 2 h | \`${bundleOf('2.0.1')}\` |`,
      `| 3 | web | 3.0.0 | succeeded | 2.0 | 3.0.0 is live and known good for 2 h | \`${bundleOf('3.0.0')}\` |`,
      '',
      'Took 12 s.',
      '',
    ]);
  });

  test('one failed: its code, and what was not begun', () => {
    const { outputs, summary, failure } = report(resultOf(stopped));

    expect(failure).toMatchObject({
      code: 'crash-loop',
      message: '1 of 3 services failed, first orders',
      cause: crash,
      fix: 'Read its log.',
    });
    expect(JSON.parse(outputs['services'] ?? '')).toMatchObject({ web: { status: 'skipped' } });
    expect(summary.split('\n')[0]).toBe(
      '### ❌ shop, production → standby: 2 of 3 services are not live',
    );
    expect(summary).toContain('| 3 | web | 3.0.0 | skipped: needs orders |  |');
    expect(summary).toContain('\n**orders: crash-loop**: orders crashes\n\nRead its log.\n');
  });

  test('refused: what was chosen, and why nothing was begun', () => {
    const refusal = new SlipwayError('dependency-missing', 'web needs mail');

    const { outputs, summary, failure } = report(resultOf([], { refusal }));

    expect(failure).toBe(refusal);
    expect(JSON.parse(outputs['services'] ?? '')).toMatchObject({
      catalog: { version: '1.4.0', status: 'refused' },
    });
    expect(summary.split('\n').slice(0, 3)).toEqual([
      '### ⛔ shop, production → standby: refused, nothing was changed',
      '',
      '**dependency-missing**: web needs mail',
    ]);
  });

  test('interrupted between two services is a failure', () => {
    const [first] = live;
    const skipped = { service: orders, wave: 2, status: 'skipped', reason: 'x' } as const;

    const { failure } = report(resultOf([...(first === undefined ? [] : [first]), skipped]));

    expect(failure?.code).toBe('interrupted');
  });

  test.each([
    [
      'a plan',
      [
        { service: catalog, wave: 1, status: 'unchanged' },
        { service: orders, wave: 2, status: 'planned' },
      ] as const,
      '### 🔎 shop, production → standby: 1 of 2 services would be deployed',
    ],
    [
      'a second run',
      [{ service: catalog, wave: 1, status: 'unchanged' }] as const,
      '### ✅ shop, production → standby: unchanged, all 1 services are live already',
    ],
  ])('%s', (_name, results, title) => {
    expect(report(resultOf(results, {}, 'plan')).summary.split('\n')[0]).toBe(title);
  });
});
