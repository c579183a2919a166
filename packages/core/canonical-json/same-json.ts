/**
 * Whether two values are the same JSON, whatever the order of their keys; absent fields are left out. It says what
 * comparing their canonical texts would, without writing them.
 *
 * @example isSameJson({ a: 1, b: [2] }, { b: [2], a: 1, c: undefined }) // true
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) return isSameList(one, other);
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one).filter((name) => one[name] !== undefined);
  const others = Object.keys(other).filter((name) => other[name] !== undefined);
  return (
    names.length === others.length && names.every((name) => isSameJson(one[name], other[name]))
  );
}

function isSameList(one: unknown, other: unknown): boolean {
  return (
    Array.isArray(one) &&
    Array.isArray(other) &&
    one.length === other.length &&
    one.every((item, index) => isSameJson(item, other[index]))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
