import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readActionFile } from '@slipway/cli/action-file';
import { runCommand } from '@slipway/io/command';
import {
  openJob,
  type EngineAccess,
  type Job,
  type RunnerEngine,
  type RunningStep,
  type Step,
} from '../step/index.js';
import { disturb, openWay, type DaemonWay } from './disturb.js';
import { listEngineThings, listLeft, listProcessesLeft, type Places } from './leftovers.js';
import type { BuildFailure, Texts } from './row.js';

const folder = fileURLToPath(new URL('../../../actions/containerized-build', import.meta.url));
const main = join(folder, 'src/main.ts');

/**
 * Lets a build fail with an engine.
 *
 * @returns what is not as it must be: the code, the sentence, the outputs, and what is left of it
 */
export async function tryBuildFailure(
  failure: BuildFailure,
  engine: RunnerEngine,
  access: EngineAccess,
): Promise<readonly string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'build-failure-'));
  try {
    return await withWay(failure, engine, access, scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function withWay(
  failure: BuildFailure,
  engine: RunnerEngine,
  access: EngineAccess,
  scratch: string,
): Promise<readonly string[]> {
  const mark = String(randomInt(7_000_000, 8_000_000));
  const files = withMark(failure.files, mark);
  const way = await openWay(access, scratch);
  const temporary = join(scratch, 'tmp');
  await mkdir(temporary);
  const environment = { ...access.environment, ...way.environment, TMPDIR: temporary };
  const job = await openJob({ main, files, environment });
  const restore = await prepareWorkspace(failure, job);
  try {
    const before = await listEngineThings({ engine, access });
    const name = engine === 'classic' ? 'docker' : engine;
    const running = await job.start({ engine: name, ...withMark(failure.inputs, mark) });
    const missed = await tryDisturb(failure, running, way);
    const step = await running.ended;
    const { processId } = running;
    const { temporaryFolder, workspace } = job;
    const own = { engine, access, processId, mark, temporaryFolder, workspace };
    const places: Places = { ...own, scratch: temporary };
    const again = await comeBack(failure, way, () => job.run({ engine: name, ...harmless }));
    const left = [...(await listLeft(places, before)), ...(await listProcessesLeft(places))];
    return [
      ...missed,
      ...judgeStep(step, failure),
      ...again,
      ...left.map((what) => `it left ${what}`),
    ];
  } finally {
    await restore();
    await job.remove();
    await way.close();
  }
}

/** One that fails earlier is not disturbed any more. */
async function tryDisturb(
  { at, by }: BuildFailure,
  running: RunningStep,
  way: DaemonWay,
): Promise<readonly string[]> {
  if (at === undefined || by === undefined) return [];
  try {
    await running.written(at);
  } catch {
    return [`it ended without “${at}”`];
  }
  disturb(by, running, way);
  return [];
}

/** What the next run does. */
const harmless = { 'run-image': 'busybox:1.36', run: 'true' };

/** What was left in a daemon that was gone is removed by the next run. */
async function comeBack(
  { by }: BuildFailure,
  way: DaemonWay,
  runAgain: () => Promise<Step>,
): Promise<readonly string[]> {
  if (by === undefined || by === 'cancelled') return [];
  way.open();
  const { exitCode, log } = await runAgain();
  return exitCode === 0 ? [] : [`the next run failed: ${log.slice(-500)}`];
}

function withMark(texts: Texts, mark: string): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text.replaceAll('{mark}', mark)]),
  );
}

function judgeStep({ exitCode, outputs }: Step, failure: BuildFailure): readonly string[] {
  const [code = '', message = ''] = ['failure-code', 'failure-message'].map((each) =>
    outputs.get(each),
  );
  const unset = readActionFile(folder).outputs.filter(({ name }) => !outputs.has(name));
  return [
    ...(exitCode === 0 ? ['the step succeeded'] : []),
    ...(code === failure.code ? [] : [`${code} instead of ${failure.code}`]),
    ...(failure.message.test(message) && !message.includes('\n') ? [] : [`it says: ${message}`]),
    ...(outputs.get('digest') === '' ? [] : ['it names a digest']),
    ...judgeLogs(outputs.get('logs') ?? '', failure),
    ...unset.map(({ name }) => `it does not set ${name}`),
  ];
}

function judgeLogs(logs: string, { logged }: BuildFailure): readonly string[] {
  if (logged === undefined) return logs === '' ? [] : [`it names logs: ${logs}`];
  return existsSync(join(logs, `${logged}.log`)) ? [] : [`the output logs is “${logs}”`];
}

/** @returns what undoes it */
async function prepareWorkspace(
  { full, isReadOnly }: BuildFailure,
  { workspace }: Job,
): Promise<() => Promise<void>> {
  const mounts: string[] = [];
  if (full !== undefined) {
    const small = join(workspace, full);
    await mkdir(small);
    // room for a Dockerfile, and for no layer
    await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    mounts.push(small);
  }
  if (isReadOnly === true) {
    await runCommand(['mount', '--bind', workspace, workspace]);
    mounts.push(workspace);
    await runCommand(['mount', '-o', 'remount,bind,ro', workspace]);
  }
  return async () => {
    for (const mount of mounts) await runCommand(['umount', mount]);
  };
}
