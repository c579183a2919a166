import { median } from '../instruments/index.js';
import { formatJudgement, formatPairTable, writeReport } from '../report/index.js';
import {
  changes,
  type BuildResult,
  type BuildRun,
  type Change,
  type EngineName,
  type ToolName,
} from './cases.js';
import { judgeResult } from './limits.js';
import { parseOptions, type BenchOptions } from './options.js';
import { openStage, type Stage } from './stage.js';

/**
 * `npm run bench -- build [--engine docker,podman] [--rounds n]`: builds of a small program, after a change and
 * again with a warm cache, beside the engine's own command. Prints a table, and a line of JSON last.
 *
 * @throws Error in one sentence
 */
export async function runBuildBench(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const results: BuildResult[] = [];
  for (const engine of options.engines) {
    const stage = await openStage(engine, say);
    try {
      results.push(...summarise(engine, await runRounds(stage, engine, options)));
    } finally {
      await stage.end();
    }
  }
  const judged = results.map(judgeResult);
  const table = formatPairTable(judged, 'engine');
  if (options.isWhole) say(`wrote ${writeResult(table, options)}`);
  process.stdout.write(`${table}\n\n${formatJudgement('build', judged)}\n`);
}

/** The first round fills the caches, and is not counted. Who begins changes from round to round. */
async function runRounds(
  stage: Stage,
  engine: EngineName,
  { rounds }: BenchOptions,
): Promise<readonly BuildRun[]> {
  const runs: BuildRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const order: readonly ToolName[] = round % 2 === 0 ? ['ours', 'engine'] : ['engine', 'ours'];
    for (const tool of order) {
      // what one built is no cache for the other
      await stage.change(`${process.pid}-${round}-${tool}`);
      for (const change of changes) {
        const run = await measure(stage, { engine, tool, change });
        if (round > 0) runs.push(run);
      }
    }
    say(`${engine}, round ${round} of ${rounds}`);
  }
  return runs;
}

async function measure(stage: Stage, work: Omit<BuildRun, 'wallMs'>): Promise<BuildRun> {
  const { wallMs, exitCode, stdout, stderr } = await stage.stopwatch.measure(
    stage.prepare(work.tool),
  );
  if (exitCode === 0) return { ...work, wallMs };
  throw new Error(`${work.tool} failed with exit code ${exitCode}: ${stdout}${stderr}`);
}

function summarise(engine: EngineName, runs: readonly BuildRun[]): readonly BuildResult[] {
  const medianOf = (tool: ToolName, change: Change): number =>
    median(
      runs.filter((run) => run.tool === tool && run.change === change).map(({ wallMs }) => wallMs),
    );
  return changes.map((change) => ({
    engine,
    change,
    wallMs: { ours: medianOf('ours', change), engine: medianOf('engine', change) },
  }));
}

function writeResult(table: string, { rounds }: BenchOptions): string {
  return writeReport(
    'build',
    'Building, beside the engine itself',
    [`Node ${process.versions.node}`],
    [
      `Medians of ${rounds} rounds in which both have their turn: a program in Go, built into an image on busybox, after a change of one source file, and then once more without one. Slipway is the packaged action, as a runner starts it, from its start to its end, with the layout, its digest and the provenance; the engine is \`docker buildx build\`, \`podman build\` and \`buildah build\` as somebody calls them who wants the same image, with the commit's time, in a layout: podman and buildah need \`push\` for that. Slipway may take a twentieth longer, or 300 ms, whichever is more.`,
      table,
    ],
  );
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
