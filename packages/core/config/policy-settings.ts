import { parseDuration } from '../duration/index.js';
import { invalidInput } from '../errors/index.js';
import type { Level } from '../version/index.js';
import type { MappingReader } from './mapping-reader.js';
import { asText, present } from './optional-field.js';

/** What evidence a policy can ask for. */
export const gateNames = ['unit-tests', 'integration'] as const;
export type GateName = (typeof gateNames)[number];

/** What an update of one level needs. */
export interface LevelSettings {
  /** Gates beyond those that every update needs. */
  readonly require: readonly GateName[];
  /** The GitHub environment whose reviewers approve; absent: nobody is asked. */
  readonly approvalEnvironment?: string;
  readonly soakMs?: number;
}

/** A time in which nothing is deployed; a rollback always is. */
export interface Freeze {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** `policy`: which gates, approval and soak an update needs, by its level. */
export interface PolicySettings {
  readonly require: readonly GateName[];
  readonly levels: Readonly<Record<Level, LevelSettings>>;
  readonly freezes: readonly Freeze[];
}

export function readPolicy(reader: MappingReader): PolicySettings {
  const levels = reader.mapping('levels', readLevels);
  const nothing: LevelSettings = { require: [] };
  return {
    require: readGates(reader),
    levels: levels ?? { patch: nothing, minor: nothing, major: nothing },
    freezes: reader.each('freezes', readFreeze),
  };
}

/** A level that is not described needs what the one below it needs: never less. */
function readLevels(reader: MappingReader): PolicySettings['levels'] {
  const patch = reader.mapping('patch', readLevel) ?? { require: [] };
  const minor = reader.mapping('minor', readLevel) ?? patch;
  return { patch, minor, major: reader.mapping('major', readLevel) ?? minor };
}

function readLevel(reader: MappingReader): LevelSettings {
  const approval = reader.optional('approval-environment', asText);
  return {
    require: readGates(reader),
    ...present('approvalEnvironment', approval === 'none' ? undefined : approval),
    ...present('soakMs', reader.optional('soak', parseDuration)),
  };
}

function readGates(reader: MappingReader): readonly GateName[] {
  return reader.choices('require', gateNames);
}

function readFreeze(reader: MappingReader): Freeze {
  const from = reader.required('from', parseTime) ?? '';
  const to = reader.required('to', parseTime) ?? '';
  if (Date.parse(to) < Date.parse(from)) reader.refuse('to', to, `a time after ${from}`);
  return {
    from,
    to,
    reason: reader.required('reason', asText) ?? '',
  };
}

function parseTime(text: string, subject: string): string {
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return text;
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'a time such as 2026-12-20T00:00Z, or a day such as 2026-12-20',
    },
  ]);
}
