import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import { compileCatalog } from '../catalog/index.js';
import { openLab, type Lab } from '../parts/index.js';
import { formatEnding } from './ending.js';
import { playStory, type Stage, type StoryOutcome } from './story.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm run demo`: the story of two good releases, a bad one and an unwanted one, on real parts. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const isJson = values.json === true;
  const say = (line: string): void => {
    (isJson ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const started = systemClock.monotonicMs();
  const lab = await openLab({ log: say, signal: interrupted.signal });
  const folder = mkdtempSync(join(lab.folder, 'demo-')); // goes with the lab;
  let isKept = false;
  try {
    const stage = await prepare(lab, folder, say, interrupted.signal);
    say(`Ready after ${formatDuration(systemClock.monotonicMs() - started)}.`);
    const outcome = await playStory(stage);
    const took = systemClock.monotonicMs() - started;
    if (values.keep === true) {
      await lab.keep();
      isKept = true;
    }
    for (const line of formatEnding(stage, outcome, { tookMs: took, isKept })) say(line);
    if (isJson) process.stdout.write(`${JSON.stringify(toJson(outcome, took))}\n`);
    if (!outcome.isAsTold) process.exitCode = 1;
  } finally {
    if (!isKept) await lab.down();
  }
}

async function prepare(
  lab: Lab,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Stage> {
  say('Starting a registry and a cluster, and compiling the catalog.');
  const [registry, cluster, kubectl, program] = await Promise.all([
    lab.registry('candidates'),
    lab.cluster('test'),
    lab.program('kubectl'),
    compileCatalog(join(folder, 'program'), signal),
  ]);
  const workspace = join(folder, 'workspace');
  cpSync(join(root, 'examples/shop'), workspace, { recursive: true });
  const temporaryFolder = join(folder, 'runner');
  mkdirSync(temporaryFolder);
  const path = `${dirname(kubectl)}${delimiter}${process.env['PATH'] ?? ''}`;
  const print = (line: string): void => say(`  ${line.replaceAll('\n', '\n  ')}`);
  return {
    job: { workspace, temporaryFolder, environment: { PATH: path }, signal, print },
    registry,
    cluster,
    kubectl,
    program,
    folder,
    slipway: [process.execPath, join(root, 'dist/cli/index.js')],
    clock: systemClock,
    say,
  };
}

function toJson(outcome: StoryOutcome, tookMs: number): object {
  const { isAsTold, steps, client, diagnosisSeconds, history } = outcome;
  return { isAsTold, seconds: tookMs / 1000, steps, client, diagnosisSeconds, history };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
