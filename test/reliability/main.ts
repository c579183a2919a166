import { parseArgs } from 'node:util';
import { systemClock } from '@slipway/io/clock';
import { runs } from './runs.js';

/** `npm run reliability -- <name> [--seed n] [--trials n]` */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, trials: { type: 'string' } },
  });
  const wanted = runs.get(positionals.join(' '));
  if (wanted === undefined) {
    const names = [...runs.keys()].join('|');
    throw new Error(`usage: npm run reliability -- ${names} [--seed n] [--trials n]`);
  }
  const seed = readCount(values.seed ?? String(systemClock.now().getTime() % 1_000_000), 'seed');
  const trials = readCount(values.trials ?? String(wanted.trials), 'trials');
  process.exitCode = (await wanted.run(seed, trials, print)) ? 0 : 1;
}

function readCount(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${option}: given ${text}, expected a number from 1 on`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
