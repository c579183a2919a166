import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { prepareTestRegistries } from '@slipway/lab/test-registry';
import { createRandom } from '@slipway/testing/random';
import {
  faultCases,
  openFaultStage,
  runFaultTrial,
  type FaultCase,
} from '@slipway/testing/registry-faults';

/**
 * Every fault × push and copy × every place where it can happen; whether all ended as they must.
 *
 * @param trials so many of all cases, chosen by the seed
 */
export async function runRegistryFaults(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  await prepareTestRegistries(print);
  const cases = trials >= faultCases.length ? faultCases : choose(createRandom(seed), trials);
  const started = systemClock.monotonicMs();
  const stage = await openFaultStage();
  const outcomes = { complete: 0, failed: 0 };
  let wrong = 0;
  try {
    for (const each of cases) {
      const { outcome, problems } = await runFaultTrial(each, stage);
      outcomes[outcome === 'complete' ? 'complete' : 'failed'] += 1;
      if (problems.length > 0) wrong += 1;
      print(`${problems.length === 0 ? '✔' : '✘'} ${each.name}: ${outcome.split('\n')[0] ?? ''}`);
      for (const problem of problems) print(`    ${problem}`);
    }
  } finally {
    await stage.close();
  }
  const elapsed = formatDuration(systemClock.monotonicMs() - started);
  print(`${outcomes.complete} ended whole, ${outcomes.failed} with an error, in ${elapsed}`);
  print(`registry-faults: ${cases.length - wrong} passed, ${wrong} failed`);
  return wrong === 0;
}

function choose(random: () => number, count: number): readonly FaultCase[] {
  return faultCases
    .map((each) => ({ each, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ each }) => each);
}
