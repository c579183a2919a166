import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { prepareTestRegistries } from '@slipway/lab/test-registry';
import type { Sequence } from './ledger-sequence.js';
import { openLedgerStage, type LedgerStage } from './ledger-stage.js';
import type { TrialResult } from './ledger-trial.js';

const sequencesAtOnce = 3;
const tellEvery = 25;

/** What all sequences come to. */
export class LedgerTally {
  readonly #ends = new Map<string, number>();
  played = 0;
  failed = 0;
  requests = 0;
  transitions = 0;
  acknowledged = 0;

  add({ problems, ends, requests, transitions, acknowledged }: TrialResult): void {
    this.played += 1;
    if (problems.length > 0) this.failed += 1;
    this.requests += requests;
    this.transitions += transitions;
    this.acknowledged += acknowledged;
    for (const end of ends) this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
  }

  /** Where writers were killed or stopped, the most frequent first: `before PUT an event` → 31. */
  get ends(): readonly (readonly [where: string, count: number])[] {
    return [...this.#ends].toSorted(([, a], [, b]) => b - a);
  }
}

/**
 * Plays sequences, several at once, from the first seed on.
 *
 * @param onEnd called after each
 */
export async function playSequences(
  stage: LedgerStage,
  seed: number,
  trials: number,
  onEnd: (sequence: Sequence, result: TrialResult, tally: LedgerTally) => void,
): Promise<LedgerTally> {
  const tally = new LedgerTally();
  let next = seed;
  const work = async (): Promise<void> => {
    while (next < seed + trials) {
      const sequence = stage.makeSequence(next);
      next += 1;
      const result = await stage.play(sequence);
      tally.add(result);
      onEnd(sequence, result, tally);
    }
  };
  await Promise.all(Array.from({ length: sequencesAtOnce }, work));
  return tally;
}

/**
 * `npm run reliability -- ledger`: random sequences of what several writers do, with kills, pauses and takeovers,
 * against a real API server and real registries. A failure tells the seed that shows it again with `--trials 1`.
 */
export async function runLedger(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  await prepareTestRegistries(print);
  const started = systemClock.monotonicMs();
  const elapsed = (): string => formatDuration(systemClock.monotonicMs() - started);
  const stage = await openLedgerStage();
  try {
    print(`seed ${seed}: ${trials} sequences`);
    const tally = await playSequences(stage, seed, trials, (sequence, result, { played }) => {
      for (const line of describeFailure(sequence, result)) print(line);
      if (played % tellEvery === 0) print(`${played} of ${trials} after ${elapsed()}`);
    });
    for (const [where, count] of tally.ends) print(`  ${count} × ended ${where}`);
    const ended = tally.ends.reduce((sum, [, count]) => sum + count, 0);
    print(
      `${tally.requests} requests, ${ended} writers killed or stopped at ${tally.ends.length} different places, ` +
        `the Lease changed hands ${tally.transitions} times, ${tally.acknowledged} events acknowledged, in ${elapsed()}`,
    );
    print(`ledger: ${tally.played - tally.failed} passed, ${tally.failed} failed`);
    return tally.failed === 0;
  } finally {
    await stage.close();
  }
}

/** The whole story of a sequence that went wrong; nothing of one that did not. */
export function describeFailure(
  { seed, registry, hasPods }: Sequence,
  { problems, story }: TrialResult,
): readonly string[] {
  if (problems.length === 0) return [];
  const pods = hasPods ? ', with pods' : '';
  return [
    `✘ seed ${seed} (${registry}${pods}): npm run reliability -- ledger --seed ${seed} --trials 1`,
    ...problems.map((problem) => `    ${problem}`),
    ...story.map((line) => `      ${line}`),
  ];
}
