import { formatDuration } from '@slipway/core/duration';
import { formatIdentity, identify, type KubernetesObject } from '@slipway/core/manifest';
import {
  diagnose,
  observe,
  startMemory,
  type Finding,
  type RolloutMemory,
} from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { redact, toPlainText } from '../deployment/index.js';
import type { SuiteEnd } from './judge-suite.js';
import { createSuiteView } from './suite-view.js';

export interface FollowOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** How a suite ended, and the pods that it had at the end, oldest first. */
export interface FollowedSuite {
  readonly end: SuiteEnd;
  readonly pods: readonly KubernetesObject[];
}

const lookEveryMs = 5_000;
/** A look may come so much later. */
const heartbeatMs = 15_000 - lookEveryMs;

/**
 * Waits until the Job of a suite is over: complete or failed, unable to start, or too late. Prints what
 * changes, and at least every 15 s what is waited for.
 *
 * @param job as the cluster answered when it was created
 * @throws SlipwayError of the cluster; the signal's reason when it is aborted
 */
export async function followSuite(
  cluster: Cluster,
  job: KubernetesObject,
  options: FollowOptions,
): Promise<FollowedSuite> {
  const { clock, timeoutMs } = options;
  const identity = identify(job);
  const view = createSuiteView(cluster, job, options);
  const startedMs = clock.monotonicMs();
  const tell = createTeller(options, formatIdentity(identity), startedMs);
  let memory = startMemory(Date.parse(job.metadata.creationTimestamp ?? '') || 0);
  for (;;) {
    const look = await view.look();
    const nowMs = clock.monotonicMs();
    memory = observe(memory, { workloads: [identity], objects: look.objects }, nowMs);
    const findings = diagnose(memory, nowMs);
    tell(memory, findings);
    const end =
      findEnd(memory, findings) ?? findLateness(memory, findings, nowMs - startedMs, timeoutMs);
    if (end !== undefined) return { end, pods: look.pods };
    await view.untilChange(look, Math.min(lookEveryMs, startedMs + timeoutMs - nowMs));
  }
}

/** What explains a Job that failed better than its exit code. */
const isStronger = ({ code }: Finding): boolean =>
  !['job-failed', 'crash-loop', 'deadline-exceeded'].includes(code);

function findEnd({ statuses }: RolloutMemory, findings: readonly Finding[]): SuiteEnd | undefined {
  const [status] = statuses.values();
  if (status?.state === 'available') return { kind: 'ended', exitCode: 0 };
  const [worst] = findings;
  if (worst?.severity !== 'terminal') return undefined;
  const { sentence, fix, exitCode } = findings.find(isStronger) ?? worst;
  if (worst.code === 'job-failed' && !findings.some(isStronger) && exitCode !== undefined) {
    return { kind: 'ended', exitCode };
  }
  return { kind: 'broken', sentence: toPlainText(redact(sentence)), fix };
}

function findLateness(
  { statuses }: RolloutMemory,
  [worst]: readonly Finding[],
  waitedMs: number,
  timeoutMs: number,
): SuiteEnd | undefined {
  if (waitedMs < timeoutMs) return undefined;
  const [status] = statuses.values();
  const why = worst?.sentence ?? status?.message ?? 'it was not seen';
  return {
    kind: 'broken',
    sentence: toPlainText(redact(`it did not end within ${formatDuration(timeoutMs)}: ${why}`)),
    fix: worst?.fix ?? 'Look in its log for what it waits for, or raise the input timeout.',
  };
}

/** Tells each new state once, and otherwise now and then what is waited for. */
function createTeller(
  { logger, clock, timeoutMs }: FollowOptions,
  who: string,
  startedMs: number,
): (memory: RolloutMemory, findings: readonly Finding[]) => void {
  const told = new Set<string>();
  let beatMs = startedMs;
  const say = (line: string): void => {
    logger.info(toPlainText(line));
    beatMs = clock.monotonicMs();
  };
  const once = (line: string): void => {
    if (!told.has(line)) say(line);
    told.add(line);
  };
  return ({ statuses }, findings) => {
    const [status] = statuses.values();
    const message = status?.message ?? 'not seen yet';
    once(`${who}: ${message}`);
    for (const { severity, code, sentence } of findings) {
      if (severity === 'transient' && code !== 'crash-loop') once(`${redact(sentence)}; waiting`);
    }
    const nowMs = clock.monotonicMs();
    if (nowMs - beatMs < heartbeatMs) return;
    const waited = `${formatDuration(nowMs - startedMs)} of ${formatDuration(timeoutMs)}`;
    say(`waiting for ${who}: ${message}, ${waited}`);
  };
}
