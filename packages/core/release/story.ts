import { formatDuration } from '../duration/index.js';
import type { Digest } from '../image-ref/index.js';
import type { ChainLink } from './chain.js';
import { isAttemptEvent, type LedgerEvent } from './event.js';
import type { Attempt, AttemptOutcome, Intent } from './state.js';

/** One thing that happened, in words. */
interface StoryLine {
  readonly at: string;
  /** `failed: crash-loop: Container web exits with 3` */
  readonly text: string;
}

/** All that the ledger says of one attempt to make a bundle live. */
export interface DeploymentStory {
  readonly deployment: string;
  readonly intent: Intent;
  readonly version: string;
  readonly bundle: Digest;
  readonly image: string;
  readonly startedAt: string;
  /** Who, and in which run: `ada, run 7 of shop/orders`. */
  readonly by: string;
  readonly runUrl: string;
  /** `known-good`, and what it came to besides. */
  readonly outcome: AttemptOutcome;
  readonly isQuarantined: boolean;
  readonly liveSince?: string;
  readonly liveUntil?: string;
  /** Why it was done, why it failed, why it was left: the last that was said. */
  readonly why: string;
  readonly lines: readonly StoryLine[];
}

/**
 * The attempts that events tell of, newest first.
 *
 * @param links in the order of the chain; it may begin in the middle
 * @example tellDeployments(links)[0]?.outcome // 'known-good'
 */
export function tellDeployments(links: readonly ChainLink[]): readonly DeploymentStory[] {
  const attempts = new Map<string, Attempt>(); // states forget old attempts: the last one that knew counts
  for (const { event } of links) {
    for (const attempt of event.state.attempts) attempts.set(attempt.deployment, attempt);
  }
  const quarantined = links.at(-1)?.event.state.quarantined ?? [];
  const bad = new Set(quarantined.map(({ bundle }) => bundle));
  const events = links.map(({ event }) => event).filter((event) => isAttemptEvent(event));
  return [...Map.groupBy(events, ({ deployment }) => deployment)]
    .flatMap(([deployment, group]) => {
      const attempt = attempts.get(deployment);
      return attempt === undefined ? [] : tellDeployment(group, attempt, bad.has(attempt.bundle));
    })
    .toReversed();
}

type AttemptEvent = Extract<LedgerEvent, { readonly bundle: Digest }>;

function tellDeployment(
  events: readonly AttemptEvent[],
  attempt: Attempt,
  isBad: boolean,
): readonly DeploymentStory[] {
  const [first] = events;
  if (first === undefined) return [];
  const { deployment, intent, version, bundle, image, outcome, startedAt } = attempt;
  const { liveSince, liveUntil } = attempt;
  return [
    {
      deployment,
      intent,
      version,
      bundle,
      image,
      startedAt,
      by: formatWriter(first),
      runUrl: first.run.url,
      outcome,
      isQuarantined: isBad,
      ...(liveSince === undefined ? {} : { liveSince }),
      ...(liveUntil === undefined ? {} : { liveUntil }),
      why: events.map(describeWhy).findLast((text) => text !== '') ?? '',
      lines: events.map((event) => ({ at: event.at, text: describeEvent(event) })),
    },
  ];
}

function describeEvent(event: LedgerEvent): string {
  const why = describeWhy(event);
  return why === '' ? event.kind : `${event.kind}: ${why}`;
}

function describeWhy(event: LedgerEvent): string {
  const { reason = '' } = event;
  if (!isAttemptEvent(event) || event.cause === undefined) return reason;
  const { code, message } = event.cause;
  return message === '' ? code : `${code}: ${message}`;
}

/** @example formatWriter(event) // 'ada, run 7 of shop/orders' */
export function formatWriter({ actor, run }: LedgerEvent): string {
  const again = run.attempt > 1 ? ` (attempt ${run.attempt})` : '';
  return `${actor}, run ${run.id}${again} of ${run.repository}`;
}

/**
 * For how long a release was live, or is.
 *
 * @param now RFC 3339
 * @returns '' when it never was
 */
export function formatLiveTime(
  { liveSince, liveUntil }: Pick<DeploymentStory, 'liveSince' | 'liveUntil'>,
  now: string,
): string {
  if (liveSince === undefined) return '';
  return formatDuration(Math.max(0, Date.parse(liveUntil ?? now) - Date.parse(liveSince)));
}
