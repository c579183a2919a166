import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

test('one round with two workloads: both tools deploy, and the last line is the judgement', async () => {
  const narrowed = ['--workloads', '2', '--rounds', '1'];

  const { stdout } = await runCommand([
    process.execPath,
    '--import',
    'tsx',
    main,
    'deploy',
    ...narrowed,
  ]);

  const lines = stdout.trimEnd().split('\n');
  const judgement: unknown = JSON.parse(lines.at(-1) ?? '');
  expect(lines.slice(2, 4).map((row) => row.split('|')[1]?.trim())).toEqual([
    '2 workloads, good',
    '2 workloads, unchanged',
  ]);
  expect(judgement).toMatchObject({
    bench: 'deploy',
    worst: expect.any(Number),
    cases: [
      { name: '2 workloads, good, time', peers: { kubectl: expect.any(Number) } },
      { name: '2 workloads, unchanged, time', peers: { kubectl: expect.any(Number) } },
    ],
  });
}, 300_000);
