/** What a seed decides. */
export interface Chooser {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  chance(share: number): boolean;
  of<T>(items: readonly T[]): T;
}

/** @param random from 0 to 1, as Math.random */
export function createChooser(random: () => number): Chooser {
  const below = (end: number): number => Math.floor(random() * end);
  return {
    below,
    chance: (share) => random() < share,
    of: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to choose from');
      return item;
    },
  };
}

/** Pieces that parsers have stumbled over. */
const pieces = [
  ...['"', '\\', '\\"', "'", ',', ';', ':', '=', '<', '>', '/', '//', '[', ']', '{', '}', '(', '@'],
  ...['%', '%00', '*', '?', '#', '+', '-', '_', '.', '..', '&', '|', '~', ' ', '\t', '\r\n', '\n'],
  ...['\0', '\u0001', '\u001b[31m', '\u007f', '\u0085', '\u00a0', '\u00df', '\u017f', '\u0130'],
  ...['\u200b', '\u2028', '\u202e', '\u212a', '\ud800', '\udfff', '\ufeff', '\uff0f', '\u{1f433}'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'true', 'NaN', 'undefined'],
  ...['0', '-0', '-1', '1e999', '1.5', '9007199254740991', '9007199254740993', '0x10', '1_000'],
  ...['next', 'rel=', 'realm=', 'Bearer ', 'Basic ', 'bytes ', 'sha256:', 'sha512:', 'mediaType'],
  ...['layers', 'manifests', 'config', 'digest', 'size', 'subject', 'auths', 'auth', 'credHelpers'],
];

/** A text out of such pieces. */
export function hostileText(choose: Chooser, longest = 12): string {
  return Array.from({ length: choose.below(longest) }, () => choose.of(pieces)).join('');
}

/**
 * A text with some pieces put in, taken out, repeated, exchanged or cut off.
 *
 * @example mutateText('bytes 5-9/10', choose) // 'bytes 5-9007199254740993/10'
 */
export function mutateText(text: string, choose: Chooser): string {
  let mutated = text;
  for (let count = choose.below(4); count >= 0; count -= 1) mutated = mutateOnce(mutated, choose);
  return mutated;
}

function mutateOnce(text: string, choose: Chooser): string {
  const start = choose.below(text.length + 1);
  const end = Math.min(text.length, start + 1 + choose.below(choose.of([2, 8, 64])));
  const [before, piece, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  return choose.of([
    () => before + choose.of(pieces) + piece + after,
    () => before + choose.of(pieces) + after,
    () => before + after,
    () => before + piece.repeat(2) + after,
    () => before + piece.repeat(choose.of([3, 100, 1000])) + after,
    () => before + after + piece,
    () => before + piece.toUpperCase() + after,
    () => before + text + after,
    () => before,
    () => after,
  ])();
}

/**
 * JSON of a value in which some things were exchanged, left out, or put twice under one key: what is JSON still,
 * and hostile all the same.
 *
 * @example mutateJson({ size: 3 }, choose) // '{"size":3,"size":"3"}'
 */
export function mutateJson(value: unknown, choose: Chooser, share = 0.06): string {
  if (choose.chance(share)) return choose.of(hostileValues)(choose, value);
  if (Array.isArray(value)) {
    const items = value
      .filter(() => !choose.chance(share / 3))
      .map((item) => mutateJson(item, choose, share));
    return `[${(choose.chance(share) ? [...items, ...items] : items).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(() => !choose.chance(share / 3))
    .map(([key, item]) => {
      const name = choose.chance(share / 3) ? mutateText(key, choose) : key;
      return `${JSON.stringify(name)}:${mutateJson(item, choose, share)}`;
    });
  const twice = choose.chance(share / 3) ? entries.slice(0, 1) : [];
  return `{${[...entries, ...twice].join(',')}}`;
}

const hostileValues: readonly ((choose: Chooser, value: unknown) => string)[] = [
  (choose) => JSON.stringify(hostileText(choose)),
  (choose, value) =>
    JSON.stringify(typeof value === 'string' ? mutateText(value, choose) : [value, value]),
  (choose) => choose.of(['null', 'true', '-1', '0', '1.5', '1e999', '9007199254740993', '""']),
  (choose) => choose.of(['{}', '[]', '[[]]', '{"__proto__":{"size":1}}', '{"length":1e9}']),
  (choose) => '['.repeat(choose.of([1, 70])) + ']'.repeat(choose.of([1, 70])),
];

/** Bytes of a text that was mutated, now and then with single bits turned. */
export function mutateBytes(text: string, choose: Chooser): Uint8Array {
  const bytes = Buffer.from(mutateText(text, choose));
  if (bytes.length === 0 || choose.chance(0.7)) return bytes;
  for (let count = choose.below(3); count >= 0; count -= 1) {
    const at = choose.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << choose.below(8));
  }
  return bytes;
}
