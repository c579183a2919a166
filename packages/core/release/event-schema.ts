import type { JsonSchema } from '../json-schema/index.js';
import { digestSchema, name, text, timeSchema, whole } from './schema-parts.js';

/** What all that is of one attempt or of its events has in common. */
const aboutAttempt = {
  deployment: { ...name, description: 'the tag of the event with which the attempt began' },
  bundle: digestSchema,
  image: { ...name, description: 'repository@digest of the service’s own image' },
  version: name,
} satisfies JsonSchema['properties'];

const attemptSchema: JsonSchema = {
  description: 'One attempt to make a bundle live.',
  type: 'object',
  required: [...Object.keys(aboutAttempt), 'intent', 'outcome', 'startedAt'],
  properties: {
    ...aboutAttempt,
    intent: { ...name, description: 'deploy, rollback, redeploy, or what a later version knows' },
    outcome: {
      ...name,
      description: 'what became of it: the kind of its last event, or what a later version knows',
    },
    startedAt: timeSchema,
    liveSince: timeSchema,
    liveUntil: timeSchema,
    adoptedAt: timeSchema,
    knownGoodAt: timeSchema,
    code: name,
  },
};

const quarantineSchema: JsonSchema = {
  type: 'object',
  required: ['bundle', 'version', 'reason', 'at'],
  properties: { bundle: digestSchema, version: name, image: name, reason: text, at: timeSchema },
};

/** What all events up to one come to. */
const stateSchema: JsonSchema = {
  description: 'What this event and all before it come to.',
  type: 'object',
  required: ['attempts', 'appliedSince', 'quarantined'],
  properties: {
    attempts: { description: 'Newest first.', type: 'array', items: attemptSchema },
    live: { ...name, description: 'the deployment that became available last' },
    inProgress: { ...name, description: 'the deployment that has begun and not ended' },
    appliedSince: {
      description: 'Bundles that were applied since the live one became available.',
      type: 'array',
      items: digestSchema,
    },
    appliedForgotten: {
      ...whole(1),
      description: 'how many older ones are not in that list any more',
    },
    quarantined: { type: 'array', items: quarantineSchema },
    hold: {
      type: 'object',
      required: ['reason', 'actor', 'at'],
      properties: { reason: text, actor: text, at: timeSchema },
    },
  },
};

/** What every event has, whatever its kind. */
export const placeSchema: JsonSchema = {
  type: 'object',
  required: ['sequence', 'kind', 'at', 'actor', 'run', 'lease', 'state'],
  properties: {
    sequence: { ...whole(1), description: 'from 1, without gaps' },
    previous: { ...digestSchema, description: 'the OCI manifest of the event before' },
    kind: name,
    at: timeSchema,
    actor: text,
    reason: text,
    run: {
      type: 'object',
      required: ['repository', 'id', 'attempt', 'url'],
      properties: { repository: text, id: text, attempt: whole(1), url: text },
    },
    lease: {
      description: 'The Lease under which it was written.',
      type: 'object',
      required: ['clusterUid', 'leaseUid', 'transitions'],
      properties: { clusterUid: name, leaseUid: name, transitions: whole(0) },
    },
    state: stateSchema,
  },
};

/** What an event about an attempt has besides. */
export const attemptEventSchema: JsonSchema = {
  type: 'object',
  required: [...Object.keys(aboutAttempt), 'intent'],
  properties: {
    ...aboutAttempt,
    intent: { type: 'string', enum: ['deploy', 'rollback', 'redeploy'] },
    since: { ...timeSchema, description: 'of what was adopted: since when it ran' },
    cause: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: name, message: text },
    },
    plan: { ...digestSchema, description: 'the plan that it carries out' },
    approvals: {
      type: 'array',
      items: {
        type: 'object',
        required: ['environment', 'actor'],
        properties: { environment: name, actor: name },
      },
    },
  },
};

/** What a hold has besides. */
export const holdEventSchema: JsonSchema = { type: 'object', required: ['reason'] };
