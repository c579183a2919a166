/** What a document may be. */
export interface JsonLimits {
  readonly maxBytes: number;
  /** How many lists and objects may lie in one another. */
  readonly maxDepth: number;
}

export type JsonReading =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Completes “it …”: `has the key “layers” twice`. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads JSON that other programs must read in the same way (RFC 8259, and I-JSON's rule on keys): UTF-8 without
 * a byte order mark, no key twice in an object. A key `__proto__` is a key as any other.
 *
 * @example parseStrictJson(Buffer.from('{"a":1,"a":2}'), limits) // { kind: 'refused', reason: 'has the key “a” twice' }
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): JsonReading {
  if (bytes.byteLength > limits.maxBytes) {
    return refused(`has ${bytes.byteLength} bytes, more than ${limits.maxBytes}`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('is not UTF-8');
  }
  if (text.startsWith('\u{feff}')) return refused('begins with a byte order mark');
  try {
    return { kind: 'value', value: new JsonReader(text, limits.maxDepth).readDocument() };
  } catch (error) {
    if (error instanceof JsonRefusal) return refused(error.message);
    throw error;
  }
}

/**
 * Text of a stranger in quotes, on one line and short.
 *
 * @example quote('a\nb') // '“a b”'
 */
export function quote(text: string): string {
  const shown = text.slice(0, shownLength).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ');
  return `“${shown}${text.length > shownLength ? '…' : ''}”`;
}

const shownLength = 80;

function refused(reason: string): JsonReading {
  return { kind: 'refused', reason };
}

class JsonRefusal extends Error {}

const whitespacePattern = /[ \t\n\r]*/y;
const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const literals: ReadonlyMap<string, unknown> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads one document from its beginning to its end; deep nesting ends it before the stack does. */
class JsonReader {
  readonly #text: string;
  readonly #maxDepth: number;
  #position = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  readDocument(): unknown {
    const value = this.#readValue(0);
    this.#skipWhitespace();
    if (this.#position < this.#text.length) throw this.#unexpected();
    return value;
  }

  #readValue(depth: number): unknown {
    this.#skipWhitespace();
    const first = this.#text[this.#position];
    if (first === '{' || first === '[') {
      if (depth === this.#maxDepth) {
        throw new JsonRefusal(`is nested more than ${this.#maxDepth} levels deep`);
      }
      this.#position += 1;
      return first === '{' ? this.#readObject(depth + 1) : this.#readList(depth + 1);
    }
    if (first === '"') return this.#readString();
    return this.#readScalar();
  }

  #readObject(depth: number): unknown {
    const entries = new Map<string, unknown>();
    if (this.#takes('}')) return {};
    do {
      this.#skipWhitespace();
      if (this.#text[this.#position] !== '"') throw this.#unexpected();
      const key = this.#readString();
      if (entries.has(key)) throw new JsonRefusal(`has the key ${quote(key)} twice`);
      if (!this.#takes(':')) throw this.#unexpected();
      entries.set(key, this.#readValue(depth));
    } while (this.#takes(','));
    if (!this.#takes('}')) throw this.#unexpected();
    return Object.fromEntries(entries);
  }

  #readList(depth: number): unknown {
    const items: unknown[] = [];
    if (this.#takes(']')) return items;
    do items.push(this.#readValue(depth));
    while (this.#takes(','));
    if (!this.#takes(']')) throw this.#unexpected();
    return items;
  }

  #readString(): string {
    const start = this.#position;
    let end = this.#text.indexOf('"', start + 1);
    while (end !== -1 && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new JsonRefusal('ends in the middle of a text');
    this.#position = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch {
      throw new JsonRefusal(`has a text that is not JSON at character ${start}`);
    }
  }

  /** Whether an odd number of backslashes stands before a quotation mark. */
  #isEscaped(at: number, start: number): boolean {
    let before = at - 1;
    while (before > start && this.#text[before] === '\\') before -= 1;
    return (at - before) % 2 === 0;
  }

  #readScalar(): unknown {
    for (const [word, value] of literals) {
      if (!this.#text.startsWith(word, this.#position)) continue;
      this.#position += word.length;
      return value;
    }
    numberPattern.lastIndex = this.#position;
    const digits = numberPattern.exec(this.#text)?.[0];
    if (digits === undefined) throw this.#unexpected();
    this.#position += digits.length;
    return Number(digits);
  }

  #takes(character: string): boolean {
    this.#skipWhitespace();
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #skipWhitespace(): void {
    whitespacePattern.lastIndex = this.#position;
    whitespacePattern.exec(this.#text);
    this.#position = whitespacePattern.lastIndex;
  }

  #unexpected(): JsonRefusal {
    return new JsonRefusal(
      this.#position >= this.#text.length
        ? 'ends in the middle'
        : `is not JSON at character ${this.#position}`,
    );
  }
}
