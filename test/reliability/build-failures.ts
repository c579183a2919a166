import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { openLab } from '@slipway/lab/parts';
import { buildFailures, tryBuildFailure } from '@slipway/testing/build-failures';
import { openEngineAccess, runnerEngines } from '@slipway/testing/step';

/**
 * `npm run reliability -- build`: every way to fail on every engine that can have it, with its code, its sentence,
 * its outputs, and nothing left of it.
 */
export async function runBuildFailures(print: (line: string) => void): Promise<boolean> {
  const lab = await openLab({ log: print });
  const clock = systemClock;
  const startedMs = clock.monotonicMs();
  let [right, wrong] = [0, 0];
  try {
    for (const engine of runnerEngines) {
      const access = await openEngineAccess(lab, engine);
      for (const failure of buildFailures) {
        if (failure.engines?.includes(engine) === false) continue;
        const beganMs = clock.monotonicMs();
        const problems = await tryBuildFailure(failure, engine, access).catch((error: unknown) => [
          describeError(error),
        ]);
        if (problems.length === 0) right += 1;
        else wrong += 1;
        const took = formatDuration(clock.monotonicMs() - beganMs);
        print(`  ${failure.name}, ${engine}, ${took}: ${problems.join('; ') || failure.code}`);
      }
      await access.close();
    }
  } finally {
    await lab.close();
  }
  const took = formatDuration(clock.monotonicMs() - startedMs);
  print(`failures: ${right} as they must be, ${wrong} not, in ${took}`);
  return wrong === 0;
}
