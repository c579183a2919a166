import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import { formatIdentity, type ObjectIdentity } from '@slipway/core/manifest';
import {
  diagnose,
  observe,
  startMemory,
  type Finding,
  type RolloutMemory,
  type Snapshot,
  type WorkloadStatus,
} from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { redact } from './redact.js';
import { followObjects, type FollowedObjects } from './follow-objects.js';
import { listScopes } from './fetch-snapshot.js';

export interface WatchOptions {
  readonly workloads: readonly ObjectIdentity[];
  /** The moment of the apply: what was told before is about the release before. */
  readonly since: Date;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

interface FailedRollout {
  readonly state: 'failed';
  readonly failure: SlipwayError;
  readonly finding: Finding;
  readonly snapshot: Snapshot;
}

export type RolloutResult =
  | { readonly state: 'available'; readonly durationMs: number; readonly snapshot: Snapshot }
  | FailedRollout;

const tickMs = 1000;
const heartbeatMs = 15_000;

/**
 * Waits for all workloads at once: until every one is available, until one shows what cannot heal, or until
 * the deadline, which what may still have healed then explains. Prints what changes, and every 15 s what is
 * waited for.
 *
 * @throws SlipwayError of the cluster; the signal's reason when it is aborted
 */
export async function watchRollout(
  cluster: Cluster,
  options: WatchOptions,
): Promise<RolloutResult> {
  const { workloads, clock } = options;
  const startedMs = clock.monotonicMs();
  if (workloads.length === 0) {
    return { state: 'available', durationMs: 0, snapshot: { workloads, objects: [] } };
  }
  const followed = await followObjects(cluster, listScopes(workloads), options);
  try {
    return await waitForEnd(followed, options, startedMs);
  } finally {
    await followed.close();
  }
}

async function waitForEnd(
  followed: FollowedObjects,
  options: WatchOptions,
  startedMs: number,
): Promise<RolloutResult> {
  const { workloads, since, deadlineMs, clock, signal } = options;
  const reporter = createReporter(options, startedMs);
  let memory = startMemory(since.getTime());
  for (;;) {
    signal.throwIfAborted();
    const next = followed.changed();
    const now = clock.monotonicMs();
    const snapshot = { workloads, objects: followed.read() };
    memory = observe(memory, snapshot, now);
    const findings = diagnose(memory, now);
    reporter.tell(memory, findings);
    const [worst] = findings;
    if (worst?.severity === 'terminal') return failed(worst, worst.sentence, snapshot);
    if ([...memory.statuses.values()].every(({ state }) => state === 'available')) {
      return { state: 'available', durationMs: now - startedMs, snapshot };
    }
    if (now >= deadlineMs) {
      return failedByDeadline(memory, findings, snapshot, now - startedMs);
    }
    await waitForChange(next, Math.min(tickMs, deadlineMs - now), options);
  }
}

async function waitForChange(
  next: Promise<void>,
  ms: number,
  { clock, signal }: WatchOptions,
): Promise<void> {
  const enough = new AbortController();
  const sleep = clock.sleep(ms, AbortSignal.any([signal, enough.signal]));
  try {
    await Promise.race([next, sleep]);
  } finally {
    enough.abort();
    sleep.catch(() => undefined);
    next.catch(() => undefined);
  }
}

/** The sentence goes into the ledger for good; it may quote what a program said. */
function failed(finding: Finding, told: string, snapshot: Snapshot): FailedRollout {
  const sentence = redact(told);
  const failure = new SlipwayError(finding.code, sentence, { fix: finding.fix });
  return { state: 'failed', failure, finding: { ...finding, sentence }, snapshot };
}

/** What may still have healed is the best explanation there is. */
function failedByDeadline(
  memory: RolloutMemory,
  findings: readonly Finding[],
  snapshot: Snapshot,
  waitedMs: number,
): FailedRollout {
  const finding = findings[0] ?? describeUnfinished(memory, snapshot.workloads);
  const sentence = `${finding.sentence}; not available after ${formatDuration(waitedMs)}`;
  return failed(finding, sentence, snapshot);
}

function describeUnfinished(
  { statuses }: RolloutMemory,
  workloads: readonly ObjectIdentity[],
): Finding {
  const statusOf = (identity: ObjectIdentity): WorkloadStatus | undefined =>
    statuses.get(formatIdentity(identity));
  const object = workloads.find((identity) => statusOf(identity)?.state !== 'available');
  if (object === undefined) throw new Error('every workload is available');
  const { reason = 'NotFound', message = 'unknown' } = statusOf(object) ?? {};
  return {
    severity: 'transient',
    fault: 'candidate',
    code: 'deadline-exceeded',
    object,
    reason,
    sentence: `${formatIdentity(object)}: ${message}`,
    fix: 'Look at its pods, or give it more time with the input timeout.',
  };
}

interface Reporter {
  tell(memory: RolloutMemory, findings: readonly Finding[]): void;
}

function createReporter({ logger, clock, deadlineMs }: WatchOptions, startedMs: number): Reporter {
  const told = new Map<string, string>();
  let beatMs = startedMs + heartbeatMs;
  const say = (key: string, line: string): void => {
    if (told.get(key) === line) return;
    told.set(key, line);
    logger.info(line);
    beatMs = clock.monotonicMs() + heartbeatMs;
  };
  const total = formatDuration(deadlineMs - startedMs);
  return {
    tell: ({ statuses }, findings) => {
      for (const [who, { reason, message }] of statuses) {
        if (reason !== 'NotObserved') say(who, `${who}: ${message}`);
      }
      for (const { severity, code, object, container, sentence } of findings) {
        // that something is not ready yet is what every start looks like
        if (severity === 'terminal' || code === 'deadline-exceeded') continue;
        const key = `${code} ${formatIdentity(object)} ${container ?? ''}`;
        if (!told.has(key)) say(key, `${sentence}; it may heal, waiting`);
      }
      const open = [...statuses].filter(([, { state }]) => state !== 'available');
      const [first] = open;
      if (first === undefined || clock.monotonicMs() < beatMs) return;
      const [who, { message }] = first;
      const more = open.length === 1 ? '' : ` (and ${open.length - 1} more)`;
      const waited = formatDuration(clock.monotonicMs() - startedMs);
      logger.info(`waiting for ${who}: ${message}${more}, ${waited} of ${total}`);
      beatMs += heartbeatMs;
    },
  };
}
