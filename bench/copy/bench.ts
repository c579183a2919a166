import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { formatJudgement } from '../report/index.js';
import { copyCases, type CopyCase } from './cases.js';
import { judgeCase } from './limits.js';
import { parseOptions, type BenchOptions } from './options.js';
import { preparePrograms } from './programs.js';
import { writeResult } from './result-file.js';
import { runCase } from './run-case.js';
import { openStage, type Stage } from './stage.js';
import type { CaseRuns } from './summary.js';
import { formatTable } from './table.js';

/**
 * `npm run bench -- copy [--pairs n] [--case c,e] [--latency 20] [--peer crane]`: copies by Slipway beside crane, regctl, oras
 * and skopeo. Prints a table, and a line of JSON last.
 *
 * @throws Error in one sentence
 */
export async function runCopyBench(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interruption.abort(new Error(`interrupted by ${name}`)));
  }
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const programs = await preparePrograms(folder, options.peers, say);
    const stage = await openStage(programs, folder);
    try {
      const results = await runCases(stage, options, interruption.signal);
      const table = formatTable(results);
      if (options.isWhole) say(`wrote ${await writeResult(table, options.pairs, programs)}`);
      process.stdout.write(`${table}\n\n${formatJudgement('copy', results.flatMap(judgeCase))}\n`);
    } finally {
      await stage.end();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runCases(
  stage: Stage,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<readonly CaseRuns[]> {
  const results: CaseRuns[] = [];
  for (const copyCase of copyCases.filter(({ key }) => options.cases.includes(key))) {
    for (const latencyMs of latenciesOf(copyCase, options)) {
      const started = systemClock.monotonicMs();
      const { pairs, peers } = options;
      results.push(await runCase(stage, copyCase, { latencyMs, pairs, peers, signal }));
      const took = formatDuration(systemClock.monotonicMs() - started);
      say(`${copyCase.key} (${copyCase.title}), ${latencyMs} ms: ${took}`);
    }
  }
  return results;
}

/** The large image is about memory, which latency does not change. */
function latenciesOf({ key }: CopyCase, { latenciesMs }: BenchOptions): readonly number[] {
  return key === 'memory' ? [0] : latenciesMs;
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
