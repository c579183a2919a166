import { expect, test } from '@jest/globals';
import { formatOverride, formatOwnNames } from './compose-arguments.js';
import { readComposeServices } from './compose-file.js';
import { listDueChecks } from './health-checks.js';

test('what a service gets besides is no variable of the file', () => {
  expect(formatOverride('test', ['TOKEN=a$b=${C}', 'EMPTY='])).toBe(
    '{"services":{"test":{"environment":{"TOKEN":"a$$b=$${C}","EMPTY":""}}}}',
  );
});

test('a container is named after this run, and found by the name that the file has for it', () => {
  const services = readComposeServices({
    services: {
      db: { container_name: 'orders-db', networks: { default: null, back: null } },
      proxy: { container_name: 'orders-proxy', network_mode: 'host' },
      mail: { networks: { default: null } },
    },
  });

  expect(JSON.parse(formatOwnNames('slipway-1', services) ?? '')).toEqual({
    services: {
      db: {
        container_name: 'slipway-1-db-1',
        networks: { default: { aliases: ['orders-db'] }, back: { aliases: ['orders-db'] } },
      },
      proxy: { container_name: 'slipway-1-proxy-1' },
    },
  });
  expect(formatOwnNames('slipway-1', services.slice(2))).toBeUndefined();
});

test.each([
  ['its first, an interval after its start', {}, 1200, true],
  ['before that', {}, 1199, false],
  ['the next, an interval after the last', { Log: [{ End: '1970-01-01T00:00:02Z' }] }, 2200, true],
  ['before that', { Log: [{ End: '1970-01-01T00:00:02Z' }] }, 2199, false],
  ['of what is healthy', { Status: 'healthy' }, 9000, false],
])('a check is due: %s', (_name, change, now, expected) => {
  const Health = { Status: 'starting', Log: null, ...change };
  const State = { Running: true, StartedAt: '1970-01-01T00:00:01Z', Health };
  const Config = { Healthcheck: { Interval: 200_000_000, Timeout: 1_000_000_000 } };

  const due = listDueChecks([{ Id: 'c', State, Config }, { Id: 'none' }], now);

  expect(due).toEqual(expected ? [{ container: 'c', timeoutMs: 1000 }] : []);
});
