import { parseArgs } from 'node:util';
import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { createRandom } from '@slipway/testing/random';
import { interruptDemo, runWholeDemo } from './interrupt.js';
import { runRegistryFaults } from './registry-faults.js';

/** What a run is told; how many trials it makes of itself is its own matter. */
interface RunOptions {
  readonly seed: number;
  readonly trials: number | undefined;
}

/** Each answers whether everything was as it must be. */
const runs: ReadonlyMap<string, (options: RunOptions) => Promise<boolean>> = new Map([
  ['interrupt', ({ seed, trials = 20 }: RunOptions) => runInterrupt(seed, trials)],
  [
    'registry-faults',
    ({ seed, trials }: RunOptions) =>
      runRegistryFaults({ seed, print, ...(trials === undefined ? {} : { trials }) }),
  ],
]);

/** `npm run reliability -- <name> [--seed n] [--trials n]` */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, trials: { type: 'string' } },
  });
  const run = positionals.length === 1 ? runs.get(positionals[0] ?? '') : undefined;
  if (run === undefined) {
    const names = [...runs.keys()].join('|');
    throw new Error(`usage: npm run reliability -- ${names} [--seed n] [--trials n]`);
  }
  const seed = readCount(values.seed ?? String(systemClock.now().getTime() % 1_000_000), 'seed');
  const trials = values.trials === undefined ? undefined : readCount(values.trials, 'trials');
  process.exitCode = (await run({ seed, trials })) ? 0 : 1;
}

function readCount(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${option}: given ${text}, expected a number from 1 on`);
}

async function runInterrupt(seed: number, trials: number): Promise<boolean> {
  const random = createRandom(seed);
  print(`seed ${seed}; one demo builds what is missing, a second one tells how long one takes`);
  const built = await runWholeDemo();
  const started = systemClock.monotonicMs();
  const timed = built.ending === 0 ? await runWholeDemo() : built;
  const wholeMs = systemClock.monotonicMs() - started;
  print(`whole demo: ${describeEnding(timed.ending)} after ${formatDuration(wholeMs)}`);
  if (timed.ending !== 0) {
    print(timed.tail);
    return false;
  }
  let failed = 0;
  for (let index = 1; index <= trials; index += 1) {
    const trial = await interruptDemo(random() * wholeMs * 0.95);
    const isClean = trial.left.length === 0 && trial.ending !== undefined && trial.running > 0;
    const when = `SIGINT after ${formatDuration(trial.afterMs)} with ${trial.running} processes`;
    const end = `${describeEnding(trial.ending)} ${formatDuration(trial.endedAfterMs)} later`;
    print(
      `${isClean ? '✔' : '✘'} ${index} of ${trials}: ${when}, ${end}, ${trial.left.length} things left`,
    );
    for (const line of trial.left) print(`    ${line}`);
    if (!isClean) {
      failed += 1;
      print(trial.tail);
    }
  }
  const last = await runWholeDemo();
  print(`whole demo from a wiped lab: ${describeEnding(last.ending)}`);
  if (last.ending !== 0) {
    failed += 1;
    print(last.tail);
  }
  print(`interrupt: ${trials + 1 - failed} passed, ${failed} failed`);
  return failed === 0;
}

function describeEnding(ending: number | string | undefined): string {
  if (ending === undefined) return 'still running';
  return typeof ending === 'number' ? `exit code ${ending}` : `ended by ${ending}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
