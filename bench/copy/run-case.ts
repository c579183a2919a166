import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Measured } from '../instruments/index.js';
import { checkArrival, describeArrival } from './arrival.js';
import type { CopyCase } from './cases.js';
import type { Content } from './content.js';
import { sourceRole, targetRole, type Stage } from './stage.js';
import type { CaseRuns, CopyRun } from './summary.js';
import {
  orderOf,
  peerArguments,
  toolEnvironment,
  type CopyTask,
  type PeerName,
  type ToolName,
} from './tools.js';
import { removeContent, uploadContent } from './upload.js';

export interface CaseSettings {
  readonly latencyMs: number;
  /** Measured ones; one more comes first and is discarded. */
  readonly pairs: number;
  readonly peers: readonly PeerName[];
  readonly signal: AbortSignal;
}

/** Runs a case at a latency: in every round everybody once, in rotating order. */
export async function runCase(
  stage: Stage,
  copyCase: CopyCase,
  { latencyMs, pairs, peers, signal }: CaseSettings,
): Promise<CaseRuns> {
  const content = stage.content(copyCase.content);
  await prepare(stage, copyCase, content);
  const isLarge = copyCase.key === 'memory';
  const runs: CopyRun[] = [];
  for (let round = isLarge ? 1 : 0; round <= pairs; round += 1) {
    for (const tool of orderOf(round, peers)) {
      signal.throwIfAborted();
      const run = await runOnce(stage, { copyCase, content, latencyMs, round, tool });
      if (round > 0) runs.push(run);
    }
    if (isLarge) break;
  }
  return { copyCase, latencyMs, manifests: content.manifests.length, runs };
}

/** The source has a tag too: without any, regctl fails at the list of tags. */
async function prepare(stage: Stage, copyCase: CopyCase, content: Content): Promise<void> {
  const source = stage.directHost(sourceRole(copyCase));
  await uploadContent(source, sourceRepository(copyCase), content, onlyTag);
  if (!copyCase.isPresent) return;
  const target = stage.directHost(targetRole(copyCase));
  await uploadContent(target, presentRepository, content, onlyTag);
}

interface Turn {
  readonly copyCase: CopyCase;
  readonly content: Content;
  readonly latencyMs: number;
  readonly round: number;
  readonly tool: ToolName;
}

async function runOnce(stage: Stage, turn: Turn): Promise<CopyRun> {
  const { copyCase, content, latencyMs, round, tool } = turn;
  const { repository, tag } = placeOf(turn);
  const host = stage.directHost(targetRole(copyCase));
  const { digest } = content.root.descriptor;
  const from = `${stage.proxiedHost(sourceRole(copyCase))}/${sourceRepository(copyCase)}`;
  const task = {
    source: `${from}@${digest}`,
    target: `${stage.proxiedHost(targetRole(copyCase))}/${repository}:${tag}`,
  };
  await stage.proxies.set({ latencyMs, mode: copyCase.mode, phase: round % 10 });
  const measured = await measure(stage, tool, task);
  const counts = await stage.proxies.count();
  await stage.proxies.set({ latencyMs: 0, mode: '', phase: 0 });
  const outcome =
    describeFailure(measured) ??
    describeArrival(await checkArrival(stage.proxies, { host, repository, tag }, content));
  if (copyCase.registry === 'referrers') await removeContent(host, repository, content);
  return { tool, wallMs: measured.wallMs, peakBytes: measured.peakBytes, counts, outcome };
}

const onlyTag = '1.0.0';
const presentRepository = 'bench/present';

function sourceRepository({ key }: CopyCase): string {
  return `bench/from/${key}`;
}

/** Where a tool copies to: a cold copy has a repository of its own each time. */
function placeOf({ copyCase, latencyMs, round, tool }: Turn): { repository: string; tag: string } {
  const name = `${latencyMs}-${round}-${tool}`;
  if (copyCase.isPresent) return { repository: presentRepository, tag: onlyTag };
  return copyCase.to === 'repository'
    ? { repository: sourceRepository(copyCase), tag: name }
    : { repository: `bench/to/${copyCase.key}-${name}`, tag: onlyTag };
}

async function measure(stage: Stage, tool: ToolName, task: CopyTask): Promise<Measured> {
  const { programs, folder, stopwatch } = stage;
  const home = mkdtempSync(join(folder, 'home-'));
  try {
    const argv: readonly [string, ...string[]] =
      tool === 'ours'
        ? [...programs.ours, task.source, task.target]
        : peerArguments(tool, programs.peers.get(tool) ?? tool, task);
    const env = toolEnvironment(home, process.env['PATH'] ?? '');
    return await stopwatch.measure({ argv, env, cwd: home });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/**
 * What a tool said last when it failed; nothing when it did not.
 *
 * @example describeFailure({ exitCode: 1, isTimedOut: false, stderr: 'a\nlevel=fatal msg="b"\n' }) // 'failed: b'
 */
export function describeFailure(
  measured: Pick<Measured, 'exitCode' | 'isTimedOut' | 'stderr'>,
): string | undefined {
  if (measured.isTimedOut) return 'failed: did not end in time';
  if (measured.exitCode === 0) return undefined;
  const last = measured.stderr.trim().split('\n').at(-1) ?? '';
  const said = /level=\S+ msg="(?<message>.*)"$/.exec(last)?.groups?.['message'] ?? last;
  return `failed: ${said || `exit code ${measured.exitCode}`}`;
}
