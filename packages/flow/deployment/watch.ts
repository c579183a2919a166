import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import { formatIdentity, type ObjectIdentity } from '@slipway/core/manifest';
import {
  diagnose,
  observe,
  startMemory,
  waitOf,
  type Finding,
  type RolloutMemory,
  type Snapshot,
} from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { redact } from './redact.js';
import { createRolloutReporter, type RolloutReporter } from './rollout-reporter.js';
import { followObjects, type FollowedObjects } from './follow-objects.js';
import { findMakerScopes, listScopes } from './fetch-snapshot.js';

export interface WatchOptions {
  /** What is waited for; `listAwaited` chooses it. */
  readonly workloads: readonly ObjectIdentity[];
  /** Who applied it: what others change meanwhile is told apart by it. */
  readonly fieldManager: string;
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
const longestRestMs = 500;
/** So long what may have no controller is waited for after everything else. */
const brieflyMs = 60_000;

/**
 * Waits for everything at once: until all of it is available, until something shows what cannot heal, or until
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
  const scopes = [...(await findMakerScopes(cluster, workloads)), ...listScopes(workloads)];
  const followed = await followObjects(cluster, scopes, options);
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
  const reporter = createRolloutReporter({ ...options, startedMs });
  try {
    return await lookUntilEnd(followed, options, { reporter, startedMs });
  } finally {
    reporter.end();
  }
}

async function lookUntilEnd(
  followed: FollowedObjects,
  options: WatchOptions,
  { reporter, startedMs }: { readonly reporter: RolloutReporter; readonly startedMs: number },
): Promise<RolloutResult> {
  const { since, fieldManager, deadlineMs, clock, signal } = options;
  let memory = startMemory(since.getTime(), fieldManager);
  let onlyBrieflySinceMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const next = followed.changed();
    next.catch(() => undefined); // this look may be the last
    const now = clock.monotonicMs();
    const workloads = options.workloads.filter((identity) => !followed.isDenied(identity));
    const snapshot = { workloads, objects: followed.read() };
    memory = observe(memory, snapshot, now);
    const findings = diagnose(memory, now);
    reporter.tell(memory, findings);
    const [worst] = findings;
    if (worst?.severity === 'terminal') return failed(worst, worst.sentence, snapshot);
    const open = listOpen(memory, workloads);
    const isOnlyBriefly = open.every((identity) => waitOf(identity) === 'briefly');
    onlyBrieflySinceMs = isOnlyBriefly ? (onlyBrieflySinceMs ?? now) : undefined;
    const waitedMs = isOnlyBriefly ? now - (onlyBrieflySinceMs ?? now) : 0;
    if (open.length === 0 || waitedMs >= brieflyMs || (isOnlyBriefly && now >= deadlineMs)) {
      tellLeft(options, memory, open);
      return { state: 'available', durationMs: now - startedMs, snapshot };
    }
    if (now >= deadlineMs) {
      return failedByDeadline(memory, findings, snapshot, now - startedMs);
    }
    const restMs = computeRest(clock.monotonicMs() - now);
    await waitForChange(next, Math.min(tickMs, deadlineMs - now), options);
    if (restMs > 0) await clock.sleep(restMs, signal);
  }
}

/**
 * Many workloads change hundreds of times a second, and the machine has more to do than to look at them: the Lease
 * must be renewed. What changes meanwhile is seen at the next look.
 *
 * @param lookMs how long the last look took
 */
function computeRest(lookMs: number): number {
  return lookMs < 2 ? 0 : Math.min(3 * lookMs, longestRestMs);
}

/** What is not available yet. */
function listOpen(
  { statuses }: RolloutMemory,
  workloads: readonly ObjectIdentity[],
): readonly ObjectIdentity[] {
  return workloads.filter(
    (identity) => statuses.get(formatIdentity(identity))?.state !== 'available',
  );
}

function tellLeft(
  { logger }: WatchOptions,
  { statuses }: RolloutMemory,
  left: readonly ObjectIdentity[],
): void {
  for (const identity of left) {
    const who = formatIdentity(identity);
    const message = statuses.get(who)?.message ?? 'unknown';
    logger.warning(`${who}: ${message}; everything else is there, so it is not waited for longer`);
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

function describeUnfinished(memory: RolloutMemory, workloads: readonly ObjectIdentity[]): Finding {
  const open = listOpen(memory, workloads);
  const object = open.find((identity) => waitOf(identity) === 'deadline') ?? open[0];
  if (object === undefined) throw new Error('everything is available');
  const who = formatIdentity(object);
  const { reason = 'NotFound', message = 'unknown' } = memory.statuses.get(who) ?? {};
  return {
    severity: 'transient',
    fault: 'candidate',
    code: 'deadline-exceeded',
    object,
    reason,
    sentence: `${who}: ${message}`,
    fix: 'Look at its pods, or give it more time with the input timeout.',
  };
}
