import { SlipwayError } from '../errors/index.js';
import type { Digest } from '../image-ref/index.js';
import { findMismatch, type JsonSchema } from '../json-schema/index.js';
import { attemptEventSchema, holdEventSchema, placeSchema } from './event-schema.js';
import type { Intent, LedgerState } from './state.js';

/** The event, and the artifact type of its OCI manifest. */
export const eventMediaType = 'application/vnd.slipway.event.v1+json';

/** What happened to one attempt to make a bundle live. */
export const attemptEventKinds = [
  'adopted',
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
/** What a person decided about the service, whatever is live. */
export const serviceEventKinds = ['hold', 'release-hold'] as const;

export type AttemptEventKind = (typeof attemptEventKinds)[number];
type ServiceEventKind = (typeof serviceEventKinds)[number];
export type EventKind = AttemptEventKind | ServiceEventKind;

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

/** Who said yes to what a plan asks for. */
export interface EventApproval {
  /** The environment of GitHub that asked for it. */
  readonly environment: string;
  readonly actor: string;
}

interface DraftFields {
  /** RFC 3339. */
  readonly at: string;
  readonly actor: string;
  readonly reason?: string;
}

/** An event about one attempt, before its place in the chain is known. */
export interface AttemptEventDraft extends DraftFields {
  readonly kind: AttemptEventKind;
  /** The tag of the event with which the attempt began. */
  readonly deployment: string;
  readonly intent: Intent;
  readonly bundle: Digest;
  /** `repository@sha256:…` of the service's own image. */
  readonly image: string;
  readonly version: string;
  /** Of what is adopted: since when it ran, as the cluster shows it. */
  readonly since?: string;
  readonly cause?: FailureCause;
  /** The plan that it carries out. */
  readonly plan?: Digest;
  readonly approvals?: readonly EventApproval[];
}

/** A person stops the deployments of the service. */
interface HoldDraft extends DraftFields {
  readonly kind: 'hold';
  readonly reason: string;
}

interface ReleaseHoldDraft extends DraftFields {
  readonly kind: 'release-hold';
}

export type EventDraft = AttemptEventDraft | HoldDraft | ReleaseHoldDraft;

/** What an event says, before its writer adds who and when. */
export type AttemptEventContent = Omit<AttemptEventDraft, 'at' | 'actor'>;
export type EventContent =
  AttemptEventContent | Omit<HoldDraft, 'at' | 'actor'> | Omit<ReleaseHoldDraft, 'at' | 'actor'>;

/** Where an event stands in the chain, who wrote it, and what all events up to it come to. */
export interface EventPlace {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** The OCI manifest of the event before; absent in the first. */
  readonly previous?: Digest;
  readonly run: {
    readonly repository: string;
    readonly id: string;
    readonly attempt: number;
    readonly url: string;
  };
  readonly lease: LeaseIdentity;
  /** The state after this event. */
  readonly state: LedgerState;
}

/** An event that a later version wrote: its own `state` is the truth after it. */
interface UnknownEvent extends EventPlace, DraftFields {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** An event of a kind that is known here. */
export type KnownEvent = EventPlace & EventDraft;

/** One entry of the ledger. Fields of later versions are kept. */
export type LedgerEvent = KnownEvent | UnknownEvent;

/** False for what a later version may write. */
export function isKnownEvent(event: LedgerEvent): event is KnownEvent {
  return isAttemptEvent(event) || isServiceEvent(event);
}

/** Whether an event is about one attempt to make a bundle live. */
export function isAttemptEvent(event: LedgerEvent): event is EventPlace & AttemptEventDraft {
  return attemptEventKinds.some((kind) => kind === event.kind);
}

function isServiceEvent(event: LedgerEvent): event is EventPlace & (HoldDraft | ReleaseHoldDraft) {
  return serviceEventKinds.some((kind) => kind === event.kind);
}

/** @example formatEventTag('test', 7) // 'test.00000007' */
export function formatEventTag(environment: string, sequence: number): string {
  return `${environment}.${String(sequence).padStart(8, '0')}`;
}

/**
 * Reads an event. Fields that are unknown here are kept, at every level; so are events of an unknown kind.
 *
 * @param where how to name it in the error: its tag
 * @throws SlipwayError `ledger-broken` when it is not one: the first field that is missing or is not what it
 * should be
 */
export function parseEvent(text: string, where: string): LedgerEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(where, 'it is not JSON', error);
  }
  if (!isEvent(value)) throw broken(where, findFault(value) ?? '');
  return value;
}

function isEvent(value: unknown): value is LedgerEvent {
  return findFault(value) === undefined;
}

/** As docs/event.schema.json says. */
function findFault(value: unknown): string | undefined {
  return findMismatch(placeSchema, value) ?? findMismatch(schemaOf(value), value);
}

function schemaOf(value: unknown): JsonSchema {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : '';
  if (attemptEventKinds.some((known) => known === kind)) return attemptEventSchema;
  return kind === 'hold' ? holdEventSchema : {};
}

function broken(where: string, what: string, cause?: unknown): SlipwayError {
  return new SlipwayError('ledger-broken', `${where} is not an event of Slipway: ${what}`, {
    cause,
    fix: 'Run slipway verify; somebody else may have written into the ledger’s repository.',
  });
}
