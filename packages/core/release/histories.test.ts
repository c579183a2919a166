import { describe, expect, test } from '@jest/globals';
import { histories } from '@slipway/testing/histories';
import { bundleOf, play, time } from '@slipway/testing/release';
import { chooseReturn, findApplied, formatEventTag } from './index.js';

describe.each([...histories])('where to return to: %s', (_group, rows) => {
  test.each(rows.map((history) => [history.name, history] as const))('%s', (_name, history) => {
    const { events, leaving, wasLive, to, override, now, alter } = history;
    const played = play(events);
    const state = alter === undefined ? played : alter(played);
    const left = leaving === undefined ? findApplied(state)?.bundle : bundleOf(leaving);

    const choice = chooseReturn(state, {
      leaving: left ?? bundleOf('nothing'),
      to: to ?? 'last-known-good',
      override: override ?? false,
      now: time(now ?? 10_000),
      ...(wasLive === undefined ? {} : { wasLive: formatEventTag('test', wasLive) }),
    });

    const version = choice.state === 'chosen' ? choice.attempt.version : undefined;
    expect([version, choice.explanation]).toEqual([history.returns, history.because]);
  });
});

test('the corpus has at least 60 histories, each with a name of its own', () => {
  const names = [...histories.values()].flat().map(({ name }) => name);

  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});
