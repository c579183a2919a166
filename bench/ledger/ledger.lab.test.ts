import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { beforeAll, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const timeoutMs = 300_000;
let lines: readonly string[];

/** One round with short ledgers: the requests are looked at, the times are not. */
beforeAll(async () => {
  const narrowed = ['--events', '10,60', '--latency', '0', '--rounds', '1'];
  const argv = [process.execPath, '--import', 'tsx', main, 'ledger', ...narrowed] as const;
  const { stdout } = await runCommand(argv);
  lines = stdout.trimEnd().split('\n');
}, timeoutMs);

test('the bench tells the requests of every work', () => {
  const rows = lines.slice(2, 14).map((row) => {
    const [, registry, events, work, , requests] = row.split('|').map((cell) => cell.trim());
    return `${registry ?? ''} ${events ?? ''} ${work ?? ''}: ${requests ?? ''}`;
  });

  expect(rows).toEqual([
    'mutable 10 read: 2',
    'mutable 10 read under the Lease: 2',
    'mutable 10 append: 4',
    'mutable 60 read: 2',
    'mutable 60 read under the Lease: 2',
    'mutable 60 append: 4',
    'immutable 10 read: 7',
    'immutable 10 read under the Lease: 2',
    'immutable 10 append: 4',
    'immutable 60 read: 11',
    'immutable 60 read under the Lease: 2',
    'immutable 60 append: 4',
  ]);
});

test('its last line is its judgement', () => {
  const judgement: unknown = JSON.parse(lines.at(-1) ?? '');

  expect(judgement).toMatchObject({
    bench: 'ledger',
    worst: expect.any(Number),
    cases: expect.arrayContaining([
      {
        name: 'mutable, 60 events, append, requests',
        ours: 4,
        peers: {},
        limit: 4.4,
        ratio: 0.909,
      },
      {
        name: 'immutable, 60 events, read, probes',
        ours: 10,
        peers: {},
        limit: 11.81,
        ratio: 0.846,
      },
    ]),
  });
});
