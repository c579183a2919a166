import type { Digest } from '../image-ref/index.js';
import {
  computeHealthyMs,
  hasServedWell,
  type Attempt,
  type LedgerState,
  type Quarantine,
} from './state.js';

/** All attempts with one bundle: what people call a release. */
export interface Release {
  readonly bundle: Digest;
  readonly version: string;
  /** The attempt that says most for it: that proved it good, else that served well, else that was live. */
  readonly best: Attempt;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
}

/** A release, and what forbids it. */
export interface Candidate extends Release {
  readonly quarantine: Quarantine | undefined;
}

/** In the order in which they were deployed, newest first: neither going back to one nor a try makes it newer. */
export function groupByBundle(state: LedgerState): readonly Release[] {
  const groups = Map.groupBy(state.attempts, ({ bundle }) => bundle);
  const releases = [...groups].flatMap(([bundle, attempts]): Release[] => {
    const best =
      attempts.find(({ knownGoodAt }) => knownGoodAt !== undefined) ??
      attempts.find(hasServedWell) ??
      attempts.find(({ liveSince }) => liveSince !== undefined) ??
      attempts[0];
    return best === undefined ? [] : [{ bundle, version: best.version, best, attempts }];
  });
  const age = ({ attempts, best }: Release): number => {
    const deployed = attempts.filter(({ intent }) => intent !== 'rollback');
    return state.attempts.indexOf(deployed.find(hasServedWell) ?? deployed[0] ?? best);
  };
  return releases.toSorted((a, b) => age(a) - age(b));
}

/** By whichever attempt, also where another took its place since. */
export function isKnownGood({ best }: Release): boolean {
  return best.knownGoodAt !== undefined;
}

/** For how long it served well, all attempts together. */
export function computeGoodMs({ attempts }: Release, now: string): number {
  return attempts.reduce((sum, attempt) => sum + computeHealthyMs(attempt, now), 0);
}
