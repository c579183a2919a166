import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { beforeAll, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const timeoutMs = 300_000;
let lines: readonly string[];

/** One round of one case: what is looked at is the form, not the figures. */
beforeAll(async () => {
  const narrowed = ['--case', 'h', '--latency', '0', '--pairs', '1', '--peer', 'crane'];
  const { stdout } = await runCommand([
    process.execPath,
    '--import',
    'tsx',
    main,
    'copy',
    ...narrowed,
  ]);
  lines = stdout.trimEnd().split('\n');
}, timeoutMs);

test('the bench tells who copied an image with what refers to it', () => {
  const rows = lines.filter((line) => line.startsWith('| h, 0 ms | '));

  const told = rows.map((row) => {
    const cells = row.split('|').map((cell) => cell.trim());
    return [cells[2], cells.at(-2)];
  });
  expect(told.slice(0, 2)).toEqual([
    ['ours', 'complete'],
    ['crane', 'without referrers (0 of 3) (1 of 1)'],
  ]);
  expect(rows).toHaveLength(3);
});

test('its last line is its judgement', () => {
  const judgement: unknown = JSON.parse(lines.at(-1) ?? '');

  expect(judgement).toEqual({
    bench: 'copy',
    worst: expect.any(Number),
    cases: [
      {
        name: 'h, 0 ms, runs that did not deliver',
        ours: 0,
        peers: {},
        limit: 0,
        ratio: 0,
      },
      {
        name: 'h, 0 ms, memory',
        ours: expect.any(Number),
        peers: {},
        limit: 150_000_000,
        ratio: expect.any(Number),
      },
    ],
  });
});
