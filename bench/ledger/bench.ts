import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { createLeaseInMemory } from '@slipway/testing/ledger';
import { median } from '../instruments/index.js';
import { formatJudgement } from '../report/index.js';
import { registryTraits, works, type LedgerResult, type LedgerRun } from './cases.js';
import { composeHistory, positionOf, seedHistory, type History } from './histories.js';
import { judgeResults } from './limits.js';
import { measureAppend, measureReads, type Turn } from './measure.js';
import { parseOptions, type BenchOptions } from './options.js';
import { writeResult } from './result-file.js';
import { openClient, openStage, type Stage } from './stage.js';
import { formatTable } from './table.js';
import { measureProof, type ProofRun } from './verify.js';

/**
 * `npm run bench -- ledger [--events 10,1000] [--rounds n] [--latency 20]`: reads and appends in ledgers of 10, 1,000 and 10,000 events,
 * in a registry whose tags move and in one whose tags do not. Prints a table, and a line of JSON last.
 *
 * @throws Error in one sentence
 */
export async function runLedgerBench(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const stage = await openStage(say);
  try {
    const history = await composeHistory(Math.max(...options.events));
    const turns = await prepareTurns(stage, history, options);
    const results = await runRounds(stage, turns, options);
    const proof = await proveLongest(stage, turns, options);
    const judged = judgeResults(results);
    const table = formatTable(results, judged);
    if (options.isWhole) {
      say(`wrote ${writeResult({ table, rounds: options.rounds, history, proof })}`);
    }
    process.stdout.write(`${table}\n\n${formatJudgement('ledger', judged)}\n`);
  } finally {
    await stage.end();
  }
}

/** A ledger of each length in each registry, with a Lease that acknowledged its last event. */
async function prepareTurns(
  stage: Stage,
  history: History,
  { events: lengths, latencyMs }: BenchOptions,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const registry of registryTraits) {
    for (const events of lengths) {
      const startMs = systemClock.monotonicMs();
      const path = `bench/${registry}-${events}`;
      const direct = stage.direct(path);
      const client = await openClient(direct);
      const part = history.slice(0, events);
      await seedHistory(client, direct, part, registry === 'mutable' ? events : 1);
      client.close();
      const repository = stage.measured(registry, path);
      const lease = createLeaseInMemory();
      lease.acknowledged = positionOf(repository, part);
      turns.push({ registry, events, repository, lease, latencyMs });
      const took = formatDuration(systemClock.monotonicMs() - startMs);
      say(`${events} events, ${registry} tags: written in ${took}`);
    }
  }
  return turns;
}

/** Everybody once in each round, first to read and then to append; the first round is discarded. */
async function runRounds(
  { proxies }: Stage,
  turns: readonly Turn[],
  { rounds }: BenchOptions,
): Promise<readonly LedgerResult[]> {
  const runs: LedgerRun[] = [];
  const play = async (work: (turn: Turn) => Promise<readonly LedgerRun[]>): Promise<void> => {
    for (let round = 0; round <= rounds; round += 1) {
      for (const turn of turns) {
        const measured = await work(turn);
        if (round > 0) runs.push(...measured);
      }
    }
  };
  await play((turn) => measureReads(proxies, turn));
  await play(async (turn) => [await measureAppend(proxies, turn)]);
  return turns.flatMap(({ registry, events }) =>
    works.map((work) => {
      const own = runs.filter(
        (run) => run.registry === registry && run.events === events && run.work === work,
      );
      const wallMs = median(own.map((run) => run.wallMs));
      return { registry, events, work, wallMs, requests: median(own.map((run) => run.requests)) };
    }),
  );
}

function proveLongest(
  { proxies }: Stage,
  turns: readonly Turn[],
  { events: lengths, latencyMs }: BenchOptions,
): Promise<ProofRun> {
  const longest = turns.find(
    ({ registry, events }) => registry === 'mutable' && events === Math.max(...lengths),
  );
  if (longest?.lease.acknowledged === undefined) throw new Error('there is no ledger to prove');
  return measureProof(proxies, longest.repository, longest.lease.acknowledged, latencyMs);
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
