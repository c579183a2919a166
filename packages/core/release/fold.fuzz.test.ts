import { expect, test } from '@jest/globals';
import { forEachTrial, mutateJson, type Chooser } from '@slipway/testing/fuzz';
import { bundleOf, draft, imageOf, play, time } from '@slipway/testing/release';
import {
  attemptEventKinds,
  chooseReturn,
  emptyState,
  findAttempt,
  foldEvent,
  formatEventTag,
  isQuarantined,
  parseEvent,
  type EventDraft,
  type LedgerState,
} from './index.js';

/** Mostly what comes next in the life of an attempt, so that states are reached that chance alone never reaches. */
function chooseEvent(choose: Chooser, state: LedgerState, index: number): EventDraft {
  const by = { at: time(choose.below(1000)), actor: 'ada' };
  if (choose.chance(0.05)) return { kind: 'hold', reason: 'x'.repeat(choose.below(900)), ...by };
  if (choose.chance(0.05)) return { kind: 'release-hold', ...by };
  const known = state.attempts.slice(0, 3).map(({ deployment }) => deployment);
  const version = `1.${choose.below(choose.of([2, 40, 400]))}.0`;
  const fresh = {
    ...draft([
      'started',
      1,
      version,
      choose.below(1000),
      { reason: 'y'.repeat(choose.below(900)) },
    ]),
    deployment: formatEventTag('test', index + 1),
    image: imageOf(choose.chance(0.2) ? 'shared' : version),
    intent: choose.of(['deploy', 'rollback', 'redeploy'] as const),
  };
  const kind = choose.of(attemptEventKinds);
  if (state.inProgress === undefined && choose.chance(0.3)) {
    return { ...fresh, kind: choose.chance(0.1) ? 'adopted' : 'started' };
  }
  const deployment = choose.chance(0.4)
    ? (state.inProgress ?? state.live)
    : choose.of([...known, fresh.deployment]);
  const about = findAttempt(state, deployment);
  if (about === undefined) return { ...fresh, kind };
  const { bundle, image, intent } = about;
  return {
    ...fresh,
    kind,
    deployment: about.deployment,
    bundle,
    image,
    version: about.version,
    intent,
  };
}

/** Kept by every state that events lead to. */
function expectSound(state: LedgerState): void {
  const named = [state.live, state.inProgress].filter((tag) => tag !== undefined);
  expect(named.filter((tag) => findAttempt(state, tag) === undefined)).toEqual([]);
  const tags = state.attempts.map(({ deployment }) => deployment);
  expect(new Set(tags).size).toBe(tags.length);
  expect(state.attempts.length).toBeLessThanOrEqual(30);
  expect(state.appliedSince.length).toBeLessThanOrEqual(100);
  expect(new Set(state.appliedSince).size).toBe(state.appliedSince.length);
  const reasons = [...state.quarantined, ...(state.hold === undefined ? [] : [state.hold])];
  expect(reasons.filter(({ reason }) => reason.length > 300)).toEqual([]);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

test('whatever comes in whatever order: no throw, a sound state, and what is not legal changes nothing', async () => {
  let legal = 0;
  let illegal = 0;
  await forEachTrial((choose) => {
    let state = deepFreeze(emptyState);
    for (let index = 0; index < 150; index += 1) {
      const event = chooseEvent(choose, state, index);
      const next = foldEvent(state, event);
      if (typeof next === 'string') {
        illegal += 1;
        continue;
      }
      legal += 1;
      expectSound(next);
      if (event.kind === 'quarantined') {
        expect(isQuarantined(next, event.bundle, '')).toBeDefined();
      }
      state = deepFreeze(next);
    }
    expect(
      chooseReturn(state, {
        leaving: bundleOf('1.0.0'),
        to: 'last-known-good',
        override: false,
        now: time(0),
      }).explanation,
    ).not.toBe('');
  }, 0.2);

  expect(Math.min(legal, illegal)).toBeGreaterThan(1000); // both were tried
});

test('a ban is never forgotten unless its bundle or its image proves good', async () => {
  await forEachTrial((choose) => {
    let state = emptyState;
    const banned = new Map<string, string>();
    for (let index = 0; index < 150; index += 1) {
      const event = chooseEvent(choose, state, index);
      const next = foldEvent(state, event);
      if (typeof next === 'string') continue;
      state = next;
      if (event.kind === 'quarantined') banned.set(event.bundle, event.image);
      if (event.kind === 'known-good') banned.delete(event.bundle);
    }

    const left = new Set<string>(state.quarantined.map(({ bundle }) => bundle));
    expect([...banned.keys()].filter((bundle) => !left.has(bundle))).toEqual([]);
  }, 0.1);
});

test('hundreds of failures without a success: the oldest bundles are only counted', () => {
  const failures = Array.from({ length: 300 }, (_, index) => [
    draft(['started', 1 + 2 * index, `1.${index}.0`]),
    draft(['failed', 1 + 2 * index, `1.${index}.0`]),
  ]).flat();

  const state = play(failures);

  expect(state.appliedSince).toHaveLength(100);
  expect(state.appliedSince.at(-1)).toBe(bundleOf('1.299.0'));
  expect(state.appliedForgotten).toBe(200);
  expect(
    play([draft(['started', 900, '2.0.0']), draft(['available', 900, '2.0.0'])], state),
  ).toMatchObject({ appliedSince: [] });
  expect(
    play([draft(['started', 900, '2.0.0']), draft(['available', 900, '2.0.0'])], state),
  ).not.toHaveProperty('appliedForgotten');
});

test('every state that can be read can be folded on, and be asked where to return to', async () => {
  let read = 0;
  await forEachTrial((choose) => {
    let state = emptyState;
    for (let index = 0; index < 12; index += 1) {
      const next = foldEvent(state, chooseEvent(choose, state, index));
      if (typeof next !== 'string') state = next;
    }
    const event = {
      ...draft(['started', 1, '1.0.0']),
      sequence: 1,
      run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
      lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
      state,
    };
    const damaged = tryParse(mutateJson(event, choose, 0.004));
    if (damaged === undefined) return;
    read += 1;
    for (let index = 0; index < 12; index += 1) {
      expect(() => foldEvent(damaged, chooseEvent(choose, damaged, index))).not.toThrow();
    }
    const request = { leaving: bundleOf('1.0.0'), to: 'last-known-good', override: false };
    expect(() => chooseReturn(damaged, { ...request, now: time(0) })).not.toThrow();
  });

  expect(read).toBeGreaterThan(50);
});

function tryParse(text: string): LedgerState | undefined {
  try {
    return parseEvent(text, 'test.00000001').state;
  } catch {
    return undefined;
  }
}
