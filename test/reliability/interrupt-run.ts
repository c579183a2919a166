import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { assertOwnParts } from '@slipway/lab/parts';
import { interruptDemo, runWholeDemo } from './interrupt.js';
import { createRandom } from '@slipway/testing/random';

/** `npm run reliability -- interrupt`: a demo is interrupted at random moments and must leave nothing. */
export async function runInterrupt(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  assertOwnParts();
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
