import { isQuarantined } from './quarantine.js';
import {
  computeGoodMs,
  groupByBundle,
  isKnownGood,
  type Candidate,
  type Release,
} from './releases.js';
import type { ReturnRequest } from './return-request.js';
import { hasServedWell, type Attempt, type LedgerState } from './state.js';
import { tellChosen, tellRejected } from './tell-return.js';

export type ReturnChoice =
  | { readonly state: 'chosen'; readonly attempt: Attempt; readonly explanation: string }
  | { readonly state: 'none'; readonly explanation: string };

/**
 * Where to return to, and why: the look-up that makes a rollback safe. Automatically it is what was live when
 * the attempt began, if that was verified or adopted. Otherwise, and by hand, it is the newest release that is
 * known good; where there is none, the one that served well for longest, what was adopted included. What is
 * being left and what is quarantined never count.
 *
 * @example chooseReturn(state, { leaving, to: 'last-known-good', override: false, now })
 * // { state: 'chosen', attempt: { version: '1.1.0', … },
 * //   explanation: '1.3.0 is being left, 1.2.0 is quarantined (crash-loop), 1.1.0 was good for 6 d 4 h: chosen' }
 */
export function chooseReturn(state: LedgerState, request: ReturnRequest): ReturnChoice {
  const all = groupByBundle(state).map((release) => ({
    ...release,
    quarantine: isQuarantined(state, release.bundle, release.best.image),
  }));
  const isNamed = request.to !== 'last-known-good';
  const asked = isNamed ? all.filter((release) => isMeant(release, request.to)) : all;
  if (isNamed && asked.length === 0) {
    return { state: 'none', explanation: `the ledger knows no bundle ${request.to}` };
  }
  const others = asked.filter(({ bundle }) => bundle !== request.leaving);
  const chosen = isNamed ? pickNamed(others, request) : pick(others, request);
  const passed = chosen === undefined ? asked : asked.slice(0, asked.indexOf(chosen));
  const told = passed.map((release) => tellRejected(state, release, request));
  if (chosen === undefined) {
    const explanation = told.length === 0 ? 'nothing else was ever live here' : told.join(', ');
    return { state: 'none', explanation };
  }
  const reason = `${tellChosen(state, chosen, request)}: chosen`;
  return { state: 'chosen', attempt: chosen.best, explanation: [...told, reason].join(', ') };
}

function isMeant({ bundle, version }: Release, to: string): boolean {
  return bundle === to || version === to;
}

/** A person may name what did not prove itself, with a reason; what never ran is no way back. */
function pickNamed(
  asked: readonly Candidate[],
  { override }: ReturnRequest,
): Candidate | undefined {
  return asked.find(
    ({ best, quarantine }) =>
      best.liveSince !== undefined &&
      (override || (quarantine === undefined && hasServedWell(best))),
  );
}

function pick(
  others: readonly Candidate[],
  { wasLive, now }: ReturnRequest,
): Candidate | undefined {
  const usable = others.filter(({ quarantine }) => quarantine === undefined);
  const before = usable.find(({ attempts }) =>
    attempts.some((attempt) => attempt.deployment === wasLive && hasServedWell(attempt)),
  );
  return before ?? usable.find(isKnownGood) ?? longestHealthy(usable, now);
}

function longestHealthy(usable: readonly Candidate[], now: string): Candidate | undefined {
  return usable
    .filter(({ best }) => hasServedWell(best))
    .toSorted((a, b) => computeGoodMs(b, now) - computeGoodMs(a, now))[0];
}
