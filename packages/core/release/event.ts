import { SlipwayError } from '../errors/index.js';
import type { Digest } from '../image-ref/index.js';
import type { Intent, LedgerState } from './state.js';

/** The event, and the artifact type of its OCI manifest. */
export const eventMediaType = 'application/vnd.slipway.event.v1+json';

const eventKinds = [
  'started',
  'available',
  'verified',
  'known-good',
  'superseded',
  'failed',
  'rolled-back',
  'abandoned',
  'quarantined',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** False for what a later version may write: after such an event its own `state` is the truth. */
export function isKnownKind(kind: string): kind is EventKind {
  return eventKinds.some((known) => known === kind);
}

/** The Lease under which an event was written: the fencing token, comparable under one Lease only. */
export interface LeaseIdentity {
  readonly clusterUid: string;
  readonly leaseUid: string;
  readonly transitions: number;
}

export interface FailureCause {
  readonly code: string;
  readonly message: string;
}

/** One entry of the ledger. Fields of later versions are kept. */
export interface LedgerEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** The OCI manifest of the event before; absent in the first. */
  readonly previous?: Digest;
  readonly kind: EventKind;
  readonly deployment: string;
  readonly intent: Intent;
  readonly bundle: Digest;
  readonly image: string;
  readonly version: string;
  /** RFC 3339. */
  readonly at: string;
  readonly actor: string;
  readonly run: {
    readonly repository: string;
    readonly id: string;
    readonly attempt: number;
    readonly url: string;
  };
  readonly lease: LeaseIdentity;
  readonly reason?: string;
  readonly cause?: FailureCause;
  /** The state after this event. */
  readonly state: LedgerState;
  readonly [field: string]: unknown;
}

/** @example formatEventTag('test', 7) // 'test.00000007' */
export function formatEventTag(environment: string, sequence: number): string {
  return `${environment}.${String(sequence).padStart(8, '0')}`;
}

/**
 * Reads an event.
 *
 * @param where how to name it in the error: its tag
 * @throws SlipwayError `ledger-broken` when it is not one
 */
export function parseEvent(text: string, where: string): LedgerEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(where, error);
  }
  if (!isEvent(value)) throw broken(where);
  return value;
}

function isEvent(value: unknown): value is LedgerEvent {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const texts = ['kind', 'deployment', 'intent', 'bundle', 'image', 'version', 'at', 'actor'];
  const objects = ['run', 'lease', 'state'];
  return (
    typeof fields['sequence'] === 'number' &&
    texts.every((name) => typeof fields[name] === 'string') &&
    objects.every((name) => typeof fields[name] === 'object' && fields[name] !== null)
  );
}

function broken(where: string, cause?: unknown): SlipwayError {
  return new SlipwayError('ledger-broken', `${where} is not an event of Slipway`, {
    cause,
    fix: 'Run slipway verify; somebody else may have written into the ledger’s repository.',
  });
}
