import { isQuarantined, liveAttempt, type LedgerState } from '@slipway/core/release';
import type { KillCase, Next } from './cases.js';
import type { Command, LaneRecord } from './lane.js';
import type { Release } from './release.js';

/** How things stood when the killed run began. */
export interface Start {
  readonly record: LaneRecord;
  /** The version that was live, and known good. */
  readonly live: string;
  /** The version that a rollback by hand goes back to. */
  readonly previous: string;
}

/** What is run next, and what must come of it. */
export interface Expectation {
  readonly next: Next;
  readonly command: Command;
  readonly statuses: readonly string[];
  /** The version that is live in the end. */
  readonly live: string;
}

/** What a run that ended in the middle left unsaid; undefined when nothing was. */
export type Gap = 'unfinished' | 'not taken back' | undefined;

/**
 * What a killed run left open: a deployment between its first and its last event, or a release that failed
 * without the return that should follow.
 */
export function findGap({ state }: LaneRecord): Gap {
  if (state.inProgress !== undefined) return 'unfinished';
  const isBad = ['failed', 'abandoned'].includes(liveAttempt(state)?.outcome ?? '');
  return isBad || state.appliedSince.length > 0 ? 'not taken back' : undefined;
}

/** Chooses the next run, and says what must come of it, by what the ledger says after the kill. */
export function expectNext(
  killCase: KillCase,
  start: Start,
  killed: { readonly command: Command; readonly record: LaneRecord },
  other: Release,
): Expectation {
  const { scenario } = killCase;
  const { links } = killed.record;
  const kinds = links.slice(start.record.links.length).map(({ event }) => event.kind);
  const hasBegun = kinds.includes('started') || kinds.includes('quarantined');
  const isReturned = kinds.includes('rolled-back');
  const back = scenario === 'rollback' ? start.previous : start.live;
  const rollback = { command: { verb: 'rollback' }, statuses: ['succeeded', 'unchanged'] } as const;
  if (killCase.next === 'rollback' && hasBegun && !isReturned) {
    return { next: 'rollback', ...rollback, live: back };
  }
  if (killCase.next === 'again' && !(scenario === 'rollback' && isReturned)) {
    const { command } = killed;
    if (command.verb === 'rollback') return { next: 'again', ...rollback, live: back };
    const { behaviour, version } = command.release;
    if (behaviour === 'serve') {
      return { next: 'again', command, statuses: ['succeeded', 'unchanged'], live: version };
    }
    const statuses = [isForbidden(killed.record.state, version) ? 'refused' : 'rolled-back'];
    return { next: 'again', command, statuses, live: back };
  }
  const command = { verb: 'k8s-deploy', release: other } as const;
  return { next: 'other', command, statuses: ['succeeded'], live: other.version };
}

function isForbidden(state: LedgerState, version: string): boolean {
  const attempt = state.attempts.find((each) => each.version === version);
  return attempt !== undefined && isQuarantined(state, attempt.bundle, attempt.image) !== undefined;
}

/** The version that the ledger says is live. */
export function liveVersion(state: LedgerState): string {
  return liveAttempt(state)?.version ?? 'nothing';
}
