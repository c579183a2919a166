import {
  emptyState,
  foldEvent,
  formatEventTag,
  type ChainLink,
  type EventDraft,
  type LedgerEvent,
} from '@slipway/core/release';
import { bundleOf, draft, failing, goingBack, good, time, type Step } from './events.js';

/** Events as a ledger has them: in their place, with their writer and the state after them. */
export function writeEvents(steps: readonly (Step | EventDraft)[]): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const [index, step] of steps.entries()) {
    const event = 'kind' in step ? step : draft(step);
    const state = foldEvent(events.at(-1)?.state ?? emptyState, event);
    if (typeof state === 'string') throw new Error(state);
    events.push({
      ...event,
      sequence: index + 1,
      ...(index === 0 ? {} : { previous: bundleOf(`e${index}`) }),
      run: { repository: 'shop/catalog', id: '4711', attempt: 1, url: 'https://example.com/4711' },
      lease: { clusterUid: 'c', leaseUid: 'l', transitions: index },
      state,
    });
  }
  return events;
}

/** The same as a chain, each under its tag. */
export function chainOf(steps: readonly (Step | EventDraft)[]): readonly ChainLink[] {
  return writeEvents(steps).map((event) => ({
    tag: formatEventTag('test', event.sequence),
    digest: bundleOf(`e${event.sequence}`),
    event,
  }));
}

/** Every kind of event, with every field that it can have. */
export const everyEvent: readonly LedgerEvent[] = writeEvents([
  ['adopted', 1, '1.0.0', 0, { since: time(-60) }],
  {
    ...draft(['started', 2, '1.1.0', 1]),
    reason: 'sale',
    plan: bundleOf('plan'),
    approvals: [{ environment: 'production-approval', actor: 'eve' }],
  },
  ['available', 2, '1.1.0', 1],
  ['superseded', 1, '1.0.0', 1],
  ['verified', 2, '1.1.0', 1],
  ['known-good', 2, '1.1.0', 2],
  ...failing(7, '1.2.0', 3),
  ...good(10, '1.3.0', 4),
  ...goingBack([10, '1.3.0'], 15, '1.1.0', 6),
  ['started', 19, '1.4.0', 7],
  ['abandoned', 19, '1.4.0', 7],
  { kind: 'hold', reason: 'freeze', actor: 'ada', at: time(8) },
  { kind: 'release-hold', actor: 'ada', at: time(9) },
  { kind: 'hold', reason: 'freeze again', actor: 'ada', at: time(10) },
  ['started', 24, '1.5.0', 11],
]);
