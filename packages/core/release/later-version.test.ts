import { expect, test } from '@jest/globals';
import { bundleOf, draft, good, verified, writeEvents } from '@slipway/testing/release';
import { canonicalJson } from '../canonical-json/index.js';
import {
  checkChain,
  foldEvent,
  formatEventTag,
  parseEvent,
  type ChainLink,
  type EventDraft,
  type LedgerEvent,
} from './index.js';

/** As a ledger holds it: through its bytes. */
function link(event: unknown, sequence: number): ChainLink {
  const tag = formatEventTag('test', sequence);
  return {
    tag,
    digest: bundleOf(`e${sequence}`),
    event: parseEvent(canonicalJson(event), tag),
  };
}

function follow(before: LedgerEvent, next: EventDraft): LedgerEvent {
  const state = foldEvent(before.state, next);
  if (typeof state === 'string') throw new Error(state);
  const { run, lease, sequence } = before;
  return { ...next, sequence: sequence + 1, previous: bundleOf(`e${sequence}`), run, lease, state };
}

test('an event of a later version in the middle of a chain: its state counts, and what follows keeps it', () => {
  const before = writeEvents(good(1, '1.0.0', 0));
  const last = before.at(-1);
  if (last === undefined) throw new Error('no events');
  const eclipse = {
    ...last,
    kind: 'eclipse',
    sequence: 5,
    previous: bundleOf('e4'),
    sun: { isThere: false },
    state: {
      ...last.state,
      moon: { phase: 'full' },
      attempts: last.state.attempts.map((attempt) => ({ ...attempt, orbit: [1, 2] })),
    },
  };
  const after = verified(6, '1.1.0', 60).reduce<readonly LedgerEvent[]>(
    (events, step) => [...events, follow(events.at(-1) ?? eclipse, draft(step))],
    [],
  );
  const events: readonly unknown[] = [...before, eclipse, ...after];

  const verdict = checkChain(
    'test',
    events.map((event, index) => link(event, index + 1)),
  );

  expect(verdict).toMatchObject({ isWhole: true, length: 8 });
  expect(verdict).toMatchObject({
    state: {
      live: 'test.00000006',
      moon: { phase: 'full' },
      attempts: [{ version: '1.1.0' }, { version: '1.0.0', orbit: [1, 2] }],
    },
  });
});
