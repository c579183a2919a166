import { isRecord, type JsonRecord } from './fields.js';

/**
 * A set of fields as the API writes it (FieldsV1, sigs.k8s.io/structured-merge-diff): `f:name` is a field,
 * `k:{…}` the item of a list with these keys, `v:…` an item with this value, `i:0` an item by its place, `.` the
 * thing itself. An empty record is a field with all that is in it.
 */
export type FieldSet = JsonRecord;

/** Steps into a set: `['f:spec', 'f:replicas']`. */
export type FieldPath = readonly string[];

/** The steps below a field, without the field itself. */
function stepsOf(set: FieldSet): readonly string[] {
  return Object.keys(set).filter((step) => step !== '.');
}

function inner(set: FieldSet, step: string): FieldSet {
  const found = set[step];
  return isRecord(found) ? found : {};
}

/** @example hasField({ 'f:spec': { 'f:replicas': {} } }, ['f:spec', 'f:replicas']) // true */
export function hasField(set: FieldSet, path: FieldPath): boolean {
  let current = set;
  for (const step of path) {
    if (!(step in current)) return false;
    current = inner(current, step);
  }
  return true;
}

/** What is in either. */
export function uniteFields(sets: readonly FieldSet[]): FieldSet {
  return sets.reduce<FieldSet>((all, set) => {
    const added = Object.entries(set).map(([step, fields]) => {
      const before = all[step];
      const both = isRecord(before) && isRecord(fields) ? uniteAt(before, fields) : fields;
      return [step, both] as const;
    });
    return { ...all, ...Object.fromEntries(added) };
  }, {});
}

/** An empty set is the field itself, which a set with inner fields says with a dot. */
function uniteAt(one: FieldSet, other: FieldSet): FieldSet {
  const isOnlyOneEmpty = (Object.keys(one).length === 0) !== (Object.keys(other).length === 0);
  return uniteFields(isOnlyOneEmpty ? [one, other, { '.': {} }] : [one, other]);
}

/** The set without a field; what had nothing else in it goes too. */
export function withoutField(set: FieldSet, path: FieldPath): FieldSet {
  const [step, ...rest] = path;
  if (step === undefined || !(step in set)) return set;
  const { [step]: removed, ...others } = set;
  if (rest.length === 0 || !isRecord(removed)) return others;
  const left = withoutField(removed, rest);
  return left === removed || stepsOf(left).length > 0 ? { ...set, [step]: left } : others;
}

/** What a step of a set leads to; undefined when there is no such thing. */
function valueBehind(value: unknown, step: string): unknown {
  const kind = step.slice(0, 2);
  const name = step.slice(2);
  if (kind === 'f:') return isRecord(value) ? (value[name] ?? undefined) : undefined;
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  if (kind === 'i:') return items[Number(name)];
  const wanted: unknown = JSON.parse(name);
  return items.find((item) =>
    kind === 'k:' && isRecord(wanted)
      ? Object.entries(wanted).every(([key, each]) => isRecord(item) && item[key] === each)
      : item === wanted,
  );
}

/** The part of a set that leads to something in `value`: a set of another version of the API may name more. */
export function existingFields(value: unknown, set: FieldSet): FieldSet {
  const found = Object.keys(set).flatMap((step): readonly (readonly [string, FieldSet])[] => {
    if (step === '.') return [[step, {}]];
    const behind = valueBehind(value, step);
    return behind === undefined ? [] : [[step, existingFields(behind, inner(set, step))]];
  });
  return Object.fromEntries(found);
}

/**
 * The part of a value that a set names. Items of lists keep their order and their keys; what is null is left out.
 *
 * @param all every field of the value that anybody manages: it tells a whole value from one whose inner fields
 * belong to others
 * @example extractFields({ replicas: 2, paused: true }, { 'f:paused': {} }, { 'f:paused': {} }) // { paused: true }
 */
export function extractFields(value: unknown, set: FieldSet, all: FieldSet): unknown {
  const steps = stepsOf(set);
  if (steps.length === 0) {
    if (stepsOf(all).length === 0) return value;
    return Array.isArray(value) ? [] : isRecord(value) ? {} : value;
  }
  const parts = steps.flatMap((step) => {
    const behind = valueBehind(value, step);
    if (behind === undefined) return [];
    const part = extractFields(behind, inner(set, step), inner(all, step));
    return [{ step, behind, part: step.startsWith('k:') ? withKeys(part, step) : part }];
  });
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const placed = parts.map(({ behind, part }) => ({ part, at: items.indexOf(behind) }));
    return placed.toSorted((a, b) => a.at - b.at).map(({ part }) => part);
  }
  return Object.fromEntries(parts.map(({ step, part }) => [step.slice(2), part]));
}

function withKeys(part: unknown, step: string): unknown {
  const keys: unknown = JSON.parse(step.slice(2));
  return isRecord(part) && isRecord(keys) ? { ...keys, ...part } : part;
}
