import { CORE_SCHEMA, load } from 'js-yaml';
import { SlipwayError, describeError, invalidInput, type Problem } from '../errors/index.js';

/**
 * Reads a YAML mapping strictly: every key must be asked for, every value must have the expected shape,
 * and all that is wrong is kept until `finish`.
 */
export interface MappingReader {
  /** The value under the key, turned by `parse`; undefined when the key is absent or its value was refused. */
  optional<T>(key: string, parse: (text: string, subject: string) => T): T | undefined;
  required<T>(key: string, parse: (text: string, subject: string) => T): T | undefined;
  /** `true` or `false`. */
  boolean(key: string, fallback: boolean): boolean;
  /** A list of texts, at least as many as that, or one text. */
  list(key: string, least?: number): readonly string[] | undefined;
  /** A list of known words, or one of them; none when the key is absent. */
  choices<const C extends readonly string[]>(key: string, known: C): readonly C[number][];
  /** A mapping of its own. */
  mapping<T>(key: string, read: (inner: MappingReader) => T): T | undefined;
  /** A list of mappings. */
  each<T>(key: string, read: (inner: MappingReader) => T): readonly T[];
  /** A mapping whose keys are names that the user chose. */
  named<T>(key: string, read: (inner: MappingReader, name: string) => T): ReadonlyMap<string, T>;
  /** A problem that no single value shows. */
  refuse(key: string, given: string, expected: string): void;
  /** @throws SlipwayError `invalid-input` with every problem, unknown keys included */
  finish(): void;
}

/**
 * @param subject how the user calls the text: `.github/slipway.yml`, `smoke-test`
 * @example createMappingReader('path: /healthz', 'smoke-test').required('path', (text) => text) // '/healthz'
 * @throws SlipwayError `invalid-input` when the text is not YAML or not a mapping
 */
export function createMappingReader(text: string, subject: string): MappingReader {
  let value: unknown;
  try {
    value = load(text, { schema: CORE_SCHEMA }); // times stay texts
  } catch (error) {
    throw invalidInput([
      { subject, expected: 'YAML', given: describeError(error).split('\n')[0] ?? '' },
    ]);
  }
  if (!isMapping(value)) {
    throw invalidInput([{ subject, given: show(value), expected: 'a mapping (`key: value`)' }]);
  }
  return new Reader(value, `${subject}: `, []);
}

type Mapping = Readonly<Record<string, unknown>>;

class Reader implements MappingReader {
  readonly #value: Mapping;
  readonly #prefix: string;
  readonly #problems: Problem[];
  readonly #known = new Set<string>();

  constructor(value: Mapping, prefix: string, problems: Problem[]) {
    this.#value = value;
    this.#prefix = prefix;
    this.#problems = problems;
  }

  optional<T>(key: string, parse: (text: string, subject: string) => T): T | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      this.#refuse(key, value, 'a text');
      return undefined;
    }
    try {
      return parse(String(value), `${this.#prefix}${key}`);
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== 'invalid-input') throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }

  required<T>(key: string, parse: (text: string, subject: string) => T): T | undefined {
    if (this.#value[key] === undefined) {
      this.#known.add(key);
      this.#refuse(key, undefined, 'a value');
    }
    return this.optional(key, parse);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#take(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    this.#refuse(key, value, 'true or false');
    return fallback;
  }

  list(key: string, least = 1): readonly string[] | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length < least || items.some((item) => typeof item !== 'string')) {
      this.#refuse(key, value, 'a text or a list of texts');
      return undefined;
    }
    return items.map(String);
  }

  choices<const C extends readonly string[]>(key: string, known: C): readonly C[number][] {
    return (this.list(key, 0) ?? []).flatMap((item) => {
      const choice = known.find((each) => each === item);
      if (choice === undefined) this.#refuse(key, item, `any of ${known.join(', ')}`);
      return choice === undefined ? [] : [choice];
    });
  }

  mapping<T>(key: string, read: (inner: MappingReader) => T): T | undefined {
    const value = this.#take(key);
    if (value === undefined) return undefined;
    if (!isMapping(value)) {
      this.#refuse(key, value, 'a mapping');
      return undefined;
    }
    return this.#inner(value, key, read);
  }

  each<T>(key: string, read: (inner: MappingReader) => T): readonly T[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) {
      this.#refuse(key, value, 'a list of mappings');
      return [];
    }
    const items: readonly unknown[] = value;
    return items.flatMap((item, index): T[] => {
      if (isMapping(item)) return [this.#inner(item, `${key}.${index}`, read)];
      this.#refuse(`${key}.${index}`, item, 'a mapping');
      return [];
    });
  }

  named<T>(key: string, read: (inner: MappingReader, name: string) => T): ReadonlyMap<string, T> {
    const value = this.#take(key) ?? {};
    if (!isMapping(value)) {
      this.#refuse(key, value, 'a mapping of names');
      return new Map();
    }
    return new Map(
      Object.entries(value).flatMap(([name, inner]): [string, T][] => {
        if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
          this.#refuse(`${key}.${name}`, undefined, 'a name of lower-case letters, digits and “-”');
          return [];
        }
        if (!isMapping(inner ?? {})) {
          this.#refuse(`${key}.${name}`, inner, 'a mapping');
          return [];
        }
        const mapping = isMapping(inner) ? inner : {};
        return [[name, this.#inner(mapping, `${key}.${name}`, (reader) => read(reader, name))]];
      }),
    );
  }

  refuse(key: string, given: string, expected: string): void {
    this.#refuse(key, given, expected);
  }

  finish(): void {
    this.#refuseUnknown();
    if (this.#problems.length > 0) throw invalidInput(this.#problems);
  }

  #inner<T>(value: Mapping, key: string, read: (inner: MappingReader) => T): T {
    const inner = new Reader(value, `${this.#prefix}${key}.`, this.#problems);
    const result = read(inner);
    inner.#refuseUnknown();
    return result;
  }

  #take(key: string): unknown {
    this.#known.add(key);
    return this.#value[key] ?? undefined;
  }

  #refuse(key: string, value: unknown, expected: string): void {
    this.#problems.push({
      subject: `${this.#prefix}${key}`,
      ...(value === undefined ? {} : { given: show(value) }),
      expected,
    });
  }

  #refuseUnknown(): void {
    for (const key of Object.keys(this.#value).filter((name) => !this.#known.has(name))) {
      this.#problems.push({
        subject: `${this.#prefix}${key}`,
        expected: `one of ${[...this.#known].join(', ')}`,
        fix: 'Remove the key, or mend its spelling.',
      });
    }
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
