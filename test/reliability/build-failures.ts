import { describeError } from '@slipway/core/errors';
import { openLab } from '@slipway/lab/parts';
import { buildFailures, tryBuildFailure } from '@slipway/testing/build-failures';
import { openEngineAccess, runnerEngines } from '@slipway/testing/step';

/**
 * `npm run reliability -- build`: every way to fail on every engine that can have it, with its code, its sentence,
 * and nothing left running.
 */
export async function runBuildFailures(print: (line: string) => void): Promise<boolean> {
  const lab = await openLab({ log: print });
  let [right, wrong] = [0, 0];
  try {
    for (const engine of runnerEngines) {
      const access = await openEngineAccess(lab, engine);
      for (const failure of buildFailures) {
        if (failure.engines?.includes(engine) === false) continue;
        const problems = await tryBuildFailure(failure, engine, access).catch((error: unknown) => [
          describeError(error),
        ]);
        if (problems.length === 0) right += 1;
        else wrong += 1;
        print(`  ${failure.name}, ${engine}: ${problems.join('; ') || failure.code}`);
      }
      await access.close();
    }
  } finally {
    await lab.close();
  }
  print(`failures: ${right} as they must be, ${wrong} not`);
  return wrong === 0;
}
