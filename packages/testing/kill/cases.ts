import type { GateRequest, KillPoint } from './gate.js';

/** What is killed in the middle. */
export const scenarios = ['deploy', 'crash', 'mute', 'rollback'] as const;
/**
 * `deploy`: a good release, with a migration, takes the place of a good one. `crash`: a release that never
 * becomes available is rolled back by itself. `mute`: one that does, but fails its smoke test. `rollback`: by hand.
 */
export type Scenario = (typeof scenarios)[number];

/** What comes after it: the same once more, another release, or a person who goes back. */
export type Next = 'again' | 'other' | 'rollback';

export interface KillCase {
  readonly scenario: Scenario;
  readonly point: KillPoint;
  readonly next: Next;
  /** Whether the runner lived on and ran the post step. */
  readonly hasPost: boolean;
}

const nexts: Readonly<Record<Scenario, readonly Next[]>> = {
  deploy: ['again', 'other', 'rollback'],
  crash: ['other', 'again', 'rollback'],
  mute: ['rollback', 'other', 'again'],
  rollback: ['again', 'other'],
};

/** Of the requests that write, every so many-th is also struck while it is on its way. */
const shareOnTheWay = 3;

/**
 * A case after every single request of a scenario, and for a share of those that write one more: killed while it
 * is on its way. What comes next goes round. The seed says which share, and where the round begins.
 *
 * @param requests of the scenario when nobody kills it
 */
export function listCases(
  scenario: Scenario,
  requests: readonly GateRequest[],
  seed: number,
): readonly KillCase[] {
  const round = nexts[scenario];
  return listPoints(requests, seed).map((point, index) => ({
    scenario,
    point,
    next: round[(index + seed) % round.length] ?? 'other',
    hasPost: Math.floor((index + seed) / round.length) % 3 === 0,
  }));
}

function listPoints(requests: readonly GateRequest[], seed: number): readonly KillPoint[] {
  let writes = seed;
  return requests.flatMap(({ method, path }, index): KillPoint[] => {
    const request = index + 1;
    const isWrite = method !== 'GET' && method !== 'HEAD' && !path.includes('dryRun=All');
    if (isWrite) writes += 1;
    const isOnTheWay = isWrite && writes % shareOnTheWay === 0;
    const sent: KillPoint[] = isOnTheWay ? [{ request, moment: 'sent' }] : [];
    return [...sent, { request, moment: 'answered' }];
  });
}
