import type { AttemptEventKind } from './event.js';
import type { AttemptOutcome } from './state.js';

/** What must hold of the service, besides what became of the attempt so far. */
export type Condition =
  | 'in-progress'
  | 'nothing-in-progress'
  | 'live'
  | 'not-live'
  | 'nothing-live'
  | 'nothing-applied-since';

/** What an event does besides saying what became of the attempt. */
export type Effect =
  'begin' | 'apply' | 'go-live' | 'cover' | 'end' | 'blame' | 'prove' | 'quarantine';

/** What an attempt was before an event; `new`: the ledger does not know it. */
export type Before = AttemptOutcome | 'new';

/** When an event is legal, and what it leads to. */
export interface EventRule {
  readonly from: readonly Before[];
  readonly only: readonly Condition[];
  /** What the attempt is then; absent: what it was. */
  readonly to?: AttemptOutcome;
  /** In this order. */
  readonly effects: readonly Effect[];
}

/**
 * Every kind of event about an attempt × everything that an attempt can be: what is not in here is not legal.
 * `foldEvent` obeys it, and docs/ledger.md shows it.
 */
export const eventRules: Readonly<Record<AttemptEventKind, readonly EventRule[]>> = {
  adopted: [
    {
      from: ['new'],
      only: ['nothing-in-progress', 'nothing-live'],
      to: 'adopted',
      effects: ['begin', 'go-live'],
    },
  ],
  started: [
    {
      from: ['new'],
      only: ['nothing-in-progress'],
      to: 'started',
      effects: ['begin', 'apply'],
    },
  ],
  available: [
    {
      from: ['started'],
      only: ['in-progress'],
      to: 'available',
      effects: ['go-live', 'cover'],
    },
  ],
  verified: [{ from: ['available'], only: ['in-progress'], to: 'verified', effects: ['end'] }],
  'known-good': [
    {
      from: ['verified'],
      only: ['live', 'nothing-in-progress', 'nothing-applied-since'],
      to: 'known-good',
      effects: ['prove'],
    },
  ],
  superseded: [
    { from: ['adopted', 'verified'], only: ['not-live'], to: 'superseded', effects: [] },
  ],
  failed: [
    {
      from: ['started', 'available'],
      only: ['in-progress'],
      to: 'failed',
      effects: ['blame', 'end'],
    },
    {
      from: ['verified'],
      only: ['live', 'nothing-in-progress'],
      to: 'failed',
      effects: ['blame'],
    },
  ],
  abandoned: [
    {
      from: ['started', 'available'],
      only: ['in-progress'],
      to: 'abandoned',
      effects: ['blame', 'end'],
    },
  ],
  'rolled-back': [
    {
      from: ['adopted', 'verified', 'known-good', 'superseded', 'failed', 'abandoned'],
      only: ['not-live'],
      to: 'rolled-back',
      effects: [],
    },
  ],
  quarantined: [
    {
      from: [
        ...(['adopted', 'started', 'available', 'verified', 'known-good'] as const),
        ...(['superseded', 'failed', 'abandoned', 'rolled-back'] as const),
      ],
      only: [],
      effects: ['quarantine'],
    },
  ],
};
