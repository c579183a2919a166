import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const timeoutMs = 300_000;
let lines: readonly string[];

/** One round with short histories and without peers: who answers is looked at, the times are not. */
beforeAll(async () => {
  const narrowed = ['--commits', '1000', '--rounds', '1', '--peer', 'none'];
  const argv = [process.execPath, '--import', 'tsx', main, 'version', ...narrowed] as const;
  const { stdout } = await runCommand(argv);
  lines = stdout.trimEnd().split('\n');
}, timeoutMs);

test('everybody answers every question that is theirs', () => {
  const rows = lines.slice(2, -2).map((row) => {
    const [, question, tool] = row.split('|').map((cell) => cell.trim());
    return `${question ?? ''}: ${tool ?? ''}`;
  });

  expect(rows).toEqual([
    'one service, 3,000 tags: ours',
    'one service, 3,000 tags: git',
    'the oldest of 200 services: ours',
    'the oldest of 200 services: git',
    'all of 200 services: ours',
  ]);
});

test('its last line is its judgement', () => {
  const judgement: unknown = JSON.parse(lines.at(-1) ?? '');

  expect(judgement).toMatchObject({ bench: 'version', cases: expect.any(Array) });
});
