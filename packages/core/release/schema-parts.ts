import type { JsonSchema } from '../json-schema/index.js';

export const text: JsonSchema = { type: 'string' };
export const name: JsonSchema = { type: 'string', minLength: 1 };
/** Everything that is counted: exact in JSON, and in every language that reads it. */
export const whole = (minimum: number): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum: Number.MAX_SAFE_INTEGER,
});

export const digestSchema: JsonSchema = {
  description: 'a digest: sha256: and 64 hex digits',
  type: 'string',
  pattern: '^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$',
};
export const timeSchema: JsonSchema = {
  description: 'a time in UTC as RFC 3339 has it: 2026-01-31T23:59:59.123Z',
  type: 'string',
  pattern:
    '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$',
};
