import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@slipway/io/clock';

/**
 * Writes down what a whole run of a benchmark measured: `bench/results/<bench>.md`, with when and on what.
 *
 * @param versions of what was measured: `['oras 1.3.6']`
 * @returns where
 */
export function writeReport(
  bench: string,
  title: string,
  versions: readonly string[],
  paragraphs: readonly string[],
): string {
  const file = fileURLToPath(new URL(`../results/${bench}.md`, import.meta.url));
  const [cpu] = cpus();
  const date = systemClock.now().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown'}`;
  const origin = `\`npm run bench -- ${bench}\`, ${date}, on ${machine}. ${versions.join(', ')}.`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${[`# ${title}`, origin, ...paragraphs].join('\n\n')}\n`);
  return relative(process.cwd(), file);
}
