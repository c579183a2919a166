import { describe, expect, test } from '@jest/globals';
import { everyEvent, good, writeEvents } from '@slipway/testing/release';
import { canonicalJson } from '../canonical-json/index.js';
import { SlipwayError } from '../errors/index.js';
import { attemptEventKinds, isAttemptEvent, parseEvent, serviceEventKinds } from './index.js';

function messageOf(value: unknown): string {
  try {
    parseEvent(JSON.stringify(value), 'test.00000001');
    return 'accepted';
  } catch (error) {
    if (error instanceof SlipwayError) return error.message;
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value with one field, at any depth, exchanged. */
function exchange(value: unknown, path: readonly string[], field: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return field;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      String(index) === first ? exchange(item, rest, field) : item,
    );
  }
  return isFields(value) ? { ...value, [first]: exchange(value[first], rest, field) } : value;
}

/** Every field of a value at every depth, as a path. */
function listPaths(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...listPaths(inner).map((path) => [name, ...path]),
  ]);
}

function show(path: readonly string[]): string {
  return path
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);
}

const started = everyEvent[1];

describe('parseEvent', () => {
  test('the sample has every kind', () => {
    const kinds = new Set(everyEvent.map(({ kind }) => kind));

    expect([...kinds].toSorted()).toEqual([...attemptEventKinds, ...serviceEventKinds].toSorted());
  });

  test.each(everyEvent.map((event) => [event.sequence, event.kind, event] as const))(
    '%d, %s: byte for byte what was written',
    (_sequence, _kind, event) => {
      const text = canonicalJson(event);

      expect(canonicalJson(parseEvent(text, 'test'))).toBe(text);
    },
  );

  const required: readonly (readonly [kind: string, path: string])[] = [
    ...['sequence', 'kind', 'at', 'actor', 'run', 'lease', 'state'],
    ...['deployment', 'intent', 'bundle', 'image', 'version', 'cause.code', 'cause.message'],
    ...['run.repository', 'run.id', 'run.attempt', 'run.url'],
    ...['lease.clusterUid', 'lease.leaseUid', 'lease.transitions'],
    ...['state.attempts', 'state.appliedSince', 'state.quarantined'],
    ...['deployment', 'intent', 'bundle', 'image', 'version', 'outcome', 'startedAt'].map(
      (name) => `state.attempts[0].${name}`,
    ),
  ].map((path) => ['failed', path] as const);
  const other: typeof required = [
    ...['environment', 'actor'].map((name) => ['started', `approvals[0].${name}`] as const),
    ...['bundle', 'version', 'reason', 'at'].map(
      (name) => ['quarantined', `state.quarantined[0].${name}`] as const,
    ),
    ['hold', 'reason'],
    ...['reason', 'actor', 'at'].map((name) => ['hold', `state.hold.${name}`] as const),
  ];

  test.each([...required, ...other])('%s without %s is refused, by name', (kind, path) => {
    const event = everyEvent.find((each) => each.kind === kind);
    const steps = path.split(/[.[\]]+/).filter((part) => part !== '');

    const message = messageOf(exchange(event, steps, undefined));

    expect(message).toBe(`test.00000001 is not an event of Slipway: ${path} is missing`);
  });

  test.each(everyEvent.map((event) => [event.sequence, event.kind, event] as const))(
    '%d, %s: a field of another type is refused, by name, wherever it is',
    (_sequence, _kind, event) => {
      const accepted = listPaths(event).filter((path) =>
        [null, true, 1.5, -1].some(
          (wrong) => !messageOf(exchange(event, path, wrong)).includes(` ${show(path)} is not `),
        ),
      );

      expect(accepted.map(show)).toEqual([]);
    },
  );

  test.each<[string, readonly string[], unknown, string]>([
    ['a kind without a name', ['kind'], '', 'kind is not a text with something in it'],
    [
      'a sequence from 0',
      ['sequence'],
      0,
      'sequence is not a whole number from 1 to 9007199254740991',
    ],
    [
      'a digest that is none',
      ['bundle'],
      'sha256:abc',
      'bundle is not a digest: sha256: and 64 hex digits',
    ],
    [
      'an intent that is none',
      ['intent'],
      'try',
      'intent is not one of deploy, rollback, redeploy',
    ],
    [
      'a local time',
      ['at'],
      '2026-01-01T00:00:00+01:00',
      'at is not a time in UTC as RFC 3339 has it: 2026-01-31T23:59:59.123Z',
    ],
    ['a list', [], [], 'it is not an object'],
    ['nothing', [], null, 'it is not an object'],
  ])('%s is refused', (_name, path, wrong, sentence) => {
    expect(messageOf(exchange(started, path, wrong))).toBe(
      `test.00000001 is not an event of Slipway: ${sentence}`,
    );
  });

  test('what is not JSON is refused', () => {
    expect(() => parseEvent('{', 'test.00000001')).toThrow(
      'test.00000001 is not an event of Slipway: it is not JSON',
    );
  });

  test('unknown fields survive at every level', () => {
    const paths = listPaths(started).filter((path) => {
      const inner = path.reduce<unknown>(
        (value, name) => Object.entries(value ?? {}).find(([key]) => key === name)?.[1],
        started,
      );
      return isFields(inner);
    });

    const later = [[], ...paths].reduce<unknown>(
      (event, path) => exchange(event, [...path, 'moon'], { phase: ['full', 1] }),
      started,
    );

    const text = canonicalJson(later);
    expect(text.split('"moon"').length - 1).toBe(paths.length + 1);
    expect(canonicalJson(parseEvent(text, 'test'))).toBe(text);
  });

  test('an event of an unknown kind survives, with fields that elsewhere would be wrong', () => {
    const [event] = writeEvents(good(1, '1.0.0', 0));
    const later = { ...event, kind: 'eclipse', deployment: 7, bundle: ['a'], cause: null };
    const text = canonicalJson(later);

    const parsed = parseEvent(text, 'test');

    expect(canonicalJson(parsed)).toBe(text);
    expect(isAttemptEvent(parsed)).toBe(false);
  });

  test('an event of an unknown kind without its place is refused', () => {
    const [event] = writeEvents(good(1, '1.0.0', 0));

    expect(messageOf({ ...event, kind: 'eclipse', lease: {} })).toBe(
      'test.00000001 is not an event of Slipway: lease.clusterUid is missing',
    );
  });
});
