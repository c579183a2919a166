import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { parseRepository } from '@slipway/core/image-ref';
import { bundleOf, good, imageOf, play, time } from '@slipway/testing/release';
import { formatStatusSummary, formatStatusTable } from './format-status.js';
import type { ServiceRecord } from './read-records.js';
import { computePlaceStatus, computeSystemStatus } from './system-status.js';

const now = new Date(time(50));

function placeOf(service: string, environment: string): ServiceRecord['place'] {
  const image = parseRepository(`registry.example.com/shop/${service}`);
  return { service, environment, isProduction: environment === 'production', image };
}

function record(
  service: string,
  environment: string,
  steps: Parameters<typeof play>[0],
): ServiceRecord {
  return { place: placeOf(service, environment), state: play(steps) };
}

const hold = { kind: 'hold', reason: 'black | friday', actor: 'bob', at: time(20) } as const;
const denied = new SlipwayError('registry-denied', 'registry.example.com refused | the pull');
const broken: ServiceRecord = { place: placeOf('web', 'production'), failure: denied };

describe('computePlaceStatus', () => {
  const live = {
    version: '1.0.0',
    bundle: bundleOf('1.0.0'),
    image: imageOf('1.0.0'),
    state: 'known-good',
    since: time(0),
    quarantined: [],
  };
  const quarantine = {
    version: '1.1.0',
    bundle: bundleOf('1.1.0'),
    reason: 'crash-loop',
    at: time(12),
  };

  test.each<[string, Parameters<typeof play>[0], object]>([
    ['known good', good(1, '1.0.0', 0), live],
    ['verified', good(1, '1.0.0', 0).slice(0, 3), { ...live, state: 'verified' }],
    [
      'rolled back to what was good before',
      [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 5), ...good(10, '1.0.0', 10).slice(0, 3)],
      { ...live, since: time(10) },
    ],
    [
      'a deployment in progress',
      [...good(1, '1.0.0', 0), ['started', 5, '1.1.0', 10]],
      {
        ...live,
        inProgress: { version: '1.1.0', bundle: bundleOf('1.1.0'), since: time(10) },
      },
    ],
    [
      'a deployment that failed and was left',
      [...good(1, '1.0.0', 0), ['started', 5, '1.1.0', 10], ['failed', 5, '1.1.0', 11]],
      {
        ...live,
        unsuccessful: { version: '1.1.0', bundle: bundleOf('1.1.0'), state: 'failed' },
      },
    ],
    [
      'the first one failed',
      [
        ['started', 1, '1.1.0', 10],
        ['failed', 1, '1.1.0', 11],
        ['quarantined', 1, '1.1.0', 12],
      ],
      {
        unsuccessful: { version: '1.1.0', bundle: bundleOf('1.1.0'), state: 'failed' },
        quarantined: [quarantine],
      },
    ],
    [
      'gone back: what failed before it is only quarantined',
      [
        ['started', 1, '1.1.0', 10],
        ['failed', 1, '1.1.0', 11],
        ['quarantined', 1, '1.1.0', 12],
        ...good(4, '1.0.0', 13),
      ],
      { ...live, since: time(13), quarantined: [quarantine] },
    ],
    [
      'held',
      [...good(1, '1.0.0', 0), hold],
      { ...live, hold: { reason: 'black | friday', actor: 'bob', at: time(20) } },
    ],
  ])('%s', (_name, steps, status) => {
    expect(computePlaceStatus(play(steps))).toEqual(status);
  });
});

describe('computeSystemStatus', () => {
  test('says who lags behind: production, by version, behind what was verified', () => {
    const records = [
      record('older', 'test', good(1, '1.10.0', 0)),
      record('older', 'production', good(1, '1.9.0', 0)),
      record('same', 'test', good(1, '1.0.0', 0)),
      record('same', 'production', good(1, '1.0.0', 0)),
      record('newer', 'test', good(1, '1.0.0', 0)),
      record('newer', 'production', good(1, '1.0.1', 0)),
      record('unproven', 'test', good(1, '2.0.0', 0).slice(0, 2)),
      record('unproven', 'production', good(1, '1.0.0', 0)),
      record('absent', 'test', good(1, '0.1.0', 0)),
      record('absent', 'production', []),
      record('unread', 'test', good(1, '1.0.0', 0)),
      { ...broken, place: placeOf('unread', 'production') },
    ];

    const { behind } = computeSystemStatus('shop', records, now);

    const place = { environment: 'production', behind: 'test' };
    expect(behind).toEqual([
      { service: 'older', ...place, version: '1.9.0', newer: '1.10.0' },
      { service: 'absent', ...place, version: null, newer: '0.1.0' },
    ]);
  });

  test('nothing deployed and not to be read are two things', () => {
    const { services } = computeSystemStatus('shop', [record('web', 'test', []), broken], now);

    expect(services).toEqual({
      web: {
        test: null,
        production: {
          failure: { code: 'registry-denied', message: 'registry.example.com refused | the pull' },
        },
      },
    });
  });
});

describe('what people read', () => {
  const status = computeSystemStatus(
    'shop',
    [
      record('catalog', 'test', good(1, '1.4.0', 20)),
      record('catalog', 'production', [
        ...good(1, '1.3.0', 10),
        ['started', 5, '1.3.1', 15],
        ['failed', 5, '1.3.1', 16],
        ['quarantined', 5, '1.3.1', 16],
      ]),
      record('web', 'test', [['started', 1, '0.1.0', 49]]),
      broken,
      record('mail', 'test', good(1, '1.0.0', 20).slice(0, 3)),
      record('mail', 'production', []),
    ],
    now,
  );

  test('as lines', () => {
    expect(formatStatusTable(status)).toEqual([
      'service   test                                        production',
      'catalog   1.4.0, known good, live for 30 min          1.3.0, known good, live for 40 min, 1.3.1 failed, quarantined: 1.3.1',
      'web       nothing live, 0.1.0 in progress for 1 min   could not be read (registry-denied)',
      'mail      1.0.0, verified, live for 30 min            –',
      'catalog: production has 1.3.0 and lags behind test, which has 1.4.0',
      'mail: production has nothing and lags behind test, which has 1.0.0',
      'web in production: registry-denied: registry.example.com refused | the pull',
    ]);
  });

  test('as a summary', () => {
    expect(formatStatusSummary(status).split('\n')).toEqual([
      '### ❌ shop: not every record could be read',
      '',
      '| service | test | production |',
      '|---|---|---|',
      '| catalog | 1.4.0<br>known good<br>live for 30 min | 1.3.0<br>known good<br>live for 40 min<br>1.3.1 failed<br>quarantined: 1.3.1 |',
      '| web | nothing live<br>0.1.0 in progress for 1 min | could not be read (registry-denied) |',
      '| mail | 1.0.0<br>verified<br>live for 30 min | – |',
      '',
      '- catalog: production has 1.3.0 and lags behind test, which has 1.4.0',
      '- mail: production has nothing and lags behind test, which has 1.0.0',
      '',
      '- web in production: registry-denied: registry.example.com refused \\| the pull',
      '',
      'Read at 2026-01-01 00:50:00 UTC.',
      '',
    ]);
  });

  test('who holds it, since when and why', () => {
    const held = computeSystemStatus('shop', [record('web', 'test', [hold])], now);

    expect(formatStatusTable(held)[1]).toBe(
      'web       nothing live, held by bob for 30 min: black | friday',
    );
    expect(formatStatusSummary(held)).toContain(
      String.raw`| web | nothing live<br>held by bob for 30 min: black \| friday |`,
    );
  });

  test('a summary of what is well', () => {
    const well = computeSystemStatus('shop', [record('web', 'test', good(1, '1.0.0', 0))], now);

    expect(formatStatusSummary(well).split('\n').slice(0, 6)).toEqual([
      '### 📋 shop: what is where',
      '',
      '| service | test |',
      '|---|---|',
      '| web | 1.0.0<br>known good<br>live for 50 min |',
      '',
    ]);
  });
});
