import {
  parseConfig,
  parseSystem,
  type EnvironmentSettings,
  type ServiceSettings,
  type SlipwayConfig,
  type SystemConfig,
} from '@slipway/core/config';
import { parseDuration } from '@slipway/core/duration';
import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import type { Environment } from './environment.js';

export interface ServiceChoice {
  readonly name: string;
  /** Absent when there is no configuration file. */
  readonly settings?: ServiceSettings;
}

export interface EnvironmentChoice {
  readonly name: string;
  readonly settings?: EnvironmentSettings;
}

type Parse<T> = (text: string, subject: string) => T;

/**
 * Reads the inputs of an action once and strictly, and keeps every problem until `finish`.
 *
 * After a problem a method answers with a placeholder: `readInputs` only puts values together and never
 * looks inside them; rules that span inputs go into `check`, which runs only when all is well so far.
 */
export interface InputReader {
  /** `fallback` is what the configuration says. */
  required<T>(name: string, parse: Parse<T>, fallback?: string): T;
  optional<T>(name: string, parse: Parse<T>, fallback?: string): T | undefined;
  withDefault<T>(name: string, fallback: string, parse: Parse<T>): T;
  /** Items by line or comma. */
  list<T>(name: string, parse: Parse<T>): readonly T[];
  /** At least one item. */
  requiredList<T>(name: string, parse: Parse<T>): readonly [T, ...T[]];
  /** The lines that are not empty. */
  lines<T>(name: string, parse: Parse<T>): readonly T[];
  boolean(name: string, fallback: boolean): boolean;
  /** Milliseconds, more than none. */
  duration(name: string, fallback: string): number;
  choice<const C extends readonly string[]>(
    name: string,
    choices: C,
    fallback: C[number],
  ): C[number];
  /** The service that `service` names, or the only one in the configuration. */
  service(): ServiceChoice;
  /** The same, for actions that can do without: undefined when nothing names a service. */
  tryService(): ServiceChoice | undefined;
  /** The environment that `environment` names. */
  environment(): EnvironmentChoice;
  /** What the configuration file says; undefined when there is none. */
  config(): SlipwayConfig | undefined;
  /** Its path in the workspace. */
  configFile(): string;
  /**
   * The services and environments of the whole: of the file that `system` names, else those of the
   * configuration.
   */
  system(): SystemConfig;
  check(work: () => void): void;
  /** A problem that no single value shows. */
  refuse(problem: Problem): void;
  /** The names that were asked for. */
  readonly names: readonly string[];
  /** @throws SlipwayError `invalid-input` with every problem, unknown inputs included */
  finish(): void;
}

const defaultConfig = '.github/slipway.yml';

/**
 * @param tryReadFile the text of a file in the workspace, or undefined when there is none
 * @example createInputReader({ INPUT_TAGS: '1.0.0, latest' }, tryReadFile).list('tags', parseTag)
 */
export function createInputReader(
  environment: Environment,
  tryReadFile: (path: string) => string | undefined,
): InputReader {
  return new Reader(environment, tryReadFile);
}

interface ReadConfig {
  /** Absent when there is no file, or it was refused. */
  readonly value: SlipwayConfig | undefined;
  readonly file: string;
  readonly isThere: boolean;
}

class Reader implements InputReader {
  readonly #environment: Environment;
  readonly #tryReadFile: (path: string) => string | undefined;
  readonly #problems: Problem[] = [];
  readonly #names = new Set<string>();
  #config: ReadConfig | undefined;

  constructor(environment: Environment, tryReadFile: (path: string) => string | undefined) {
    this.#environment = environment;
    this.#tryReadFile = tryReadFile;
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  required<T>(name: string, parse: Parse<T>, fallback?: string): T {
    const value = this.optional(name, parse, fallback);
    if (value === undefined && this.#text(name, fallback) === '') {
      this.#problems.push({
        subject: name,
        expected: 'a value',
        fix: `Set the input ${name}; it has no default.`,
      });
    }
    return placeholder(value);
  }

  optional<T>(name: string, parse: Parse<T>, fallback?: string): T | undefined {
    const text = this.#text(name, fallback);
    return text === '' ? undefined : this.#keepProblems(() => parse(text, name));
  }

  withDefault<T>(name: string, fallback: string, parse: Parse<T>): T {
    return placeholder(this.optional(name, parse, fallback));
  }

  list<T>(name: string, parse: Parse<T>): readonly T[] {
    return this.#items(name, /[\n,]/, parse);
  }

  requiredList<T>(name: string, parse: Parse<T>): readonly [T, ...T[]] {
    this.required(name, (text) => text);
    const isGiven = this.#text(name) !== '';
    const before = this.#problems.length;
    const [first, ...rest] = this.list(name, parse);
    if (isGiven && first === undefined && this.#problems.length === before) {
      this.#problems.push({
        subject: name,
        given: this.#text(name),
        expected: 'at least one item',
      });
    }
    return [placeholder(first), ...rest];
  }

  lines<T>(name: string, parse: Parse<T>): readonly T[] {
    return this.#items(name, /\n/, parse);
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.choice(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  duration(name: string, fallback: string): number {
    return this.withDefault(name, fallback, (given, subject) => {
      const ms = parseDuration(given, subject);
      if (ms > 0) return ms;
      throw invalidInput([{ subject, given, expected: 'more than no time at all' }]);
    });
  }

  choice<const C extends readonly string[]>(
    name: string,
    choices: C,
    fallback: C[number],
  ): C[number] {
    return this.withDefault(name, fallback, (given, subject) => {
      if (choices.includes(given)) return given;
      throw invalidInput([{ subject, given, expected: `one of ${choices.join(', ')}` }]);
    });
  }

  service(): ServiceChoice {
    const { value: config, file } = this.#readConfig();
    const given = this.#text('service');
    const known = [...(config?.services.entries() ?? [])];
    const only = known.length === 1 ? known[0] : undefined;
    const name = given === '' ? only?.[0] : given;
    if (name === undefined) {
      this.#problems.push({
        subject: 'service',
        expected: known.length === 0 ? 'a name' : `one of ${known.map(([key]) => key).join(', ')}`,
        fix: `Set the input service, or describe exactly one service in ${file}.`,
      });
      return { name: '' };
    }
    const settings = config?.services.get(name);
    if (config !== undefined && settings === undefined) {
      this.#refuseUnknownName('service', name, known, file);
    }
    this.#keepProblems(() => parseName(name, 'service'));
    return { name, ...(settings === undefined ? {} : { settings }) };
  }

  tryService(): ServiceChoice | undefined {
    const { value: config } = this.#readConfig();
    const isNamed = this.#text('service') !== '';
    return isNamed || config?.services.size === 1 ? this.service() : undefined;
  }

  environment(): EnvironmentChoice {
    const { value: config, file } = this.#readConfig();
    const name = this.required('environment', parseName);
    const settings = config?.environments.get(name);
    const known = [...(config?.environments.entries() ?? [])];
    if (known.length > 0 && settings === undefined && this.#text('environment') !== '') {
      this.#refuseUnknownName('environment', name, known, file);
    }
    return { name, ...(settings === undefined ? {} : { settings }) };
  }

  config(): SlipwayConfig | undefined {
    return this.#readConfig().value;
  }

  configFile(): string {
    return this.#readConfig().file;
  }

  system(): SystemConfig {
    const { value: config, file, isThere } = this.#readConfig();
    const given = this.#text('system');
    const text = given === '' ? undefined : this.#tryReadFile(given);
    if (text !== undefined) return placeholder(this.#keepProblems(() => parseSystem(text, given)));
    if (given !== '' || !isThere) {
      this.#problems.push({
        subject: 'system',
        ...(given === '' ? {} : { given }),
        expected: 'a file in the workspace that names the services and environments',
        fix: `Check the path, or leave it out to take those of ${file}.`,
      });
    }
    return {
      name: file,
      services: config?.services ?? new Map(),
      environments: config?.environments ?? new Map(),
    };
  }

  check(work: () => void): void {
    if (this.#problems.length === 0) this.#keepProblems(work);
  }

  refuse(problem: Problem): void {
    this.#problems.push(problem);
  }

  finish(): void {
    const known = new Set([...this.#names].map(toVariable));
    for (const variable of Object.keys(this.#environment)) {
      if (!variable.startsWith('INPUT_') || known.has(variable)) continue;
      this.#problems.push({
        subject: variable.slice('INPUT_'.length).toLowerCase(),
        expected: `one of the inputs ${this.names.toSorted().join(', ')}`,
        fix: 'Remove the input, or mend its spelling.',
      });
    }
    if (this.#problems.length > 0) throw invalidInput(this.#problems);
  }

  #text(name: string, fallback = ''): string {
    this.#names.add(name);
    const given = (this.#environment[toVariable(name)] ?? '').trim();
    return given === '' ? fallback : given;
  }

  #items<T>(name: string, separator: RegExp, parse: Parse<T>): readonly T[] {
    return this.#text(name)
      .split(separator)
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .flatMap((item) => this.#keepProblems(() => parse(item, name)) ?? []);
  }

  #readConfig(): ReadConfig {
    if (this.#config !== undefined) return this.#config;
    const given = this.#text('config');
    const file = given === '' ? defaultConfig : given;
    const text = this.#tryReadFile(file);
    if (text === undefined && file !== defaultConfig) {
      this.#problems.push({
        subject: 'config',
        given,
        expected: 'a file in the workspace',
        fix: 'Check the path, and that the repository was checked out before this step.',
      });
    }
    const value =
      text === undefined ? undefined : this.#keepProblems(() => parseConfig(text, file));
    this.#config = { value, file, isThere: text !== undefined };
    return this.#config;
  }

  #refuseUnknownName(
    subject: string,
    given: string,
    known: readonly (readonly [string, unknown])[],
    file: string,
  ): void {
    const names = known.map(([key]) => key).join(', ');
    this.#problems.push({
      subject,
      given,
      expected: names === '' ? `a ${subject} of ${file}, which has none` : `one of ${names}`,
      fix: `Add it to ${file}, or mend the name.`,
    });
  }

  #keepProblems<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== 'invalid-input') throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }
}

/** After a problem nobody sees the value: `finish` throws before the inputs are handed on. */
function placeholder<T>(value: T | undefined): T {
  return value as T;
}

/** How GitHub passes the input `dry-run`: `INPUT_DRY-RUN`. */
function toVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** A name as Kubernetes takes them (RFC 1123 label). */
export function parseName(name: string, subject: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw invalidInput([
    { subject, given: name, expected: 'a name of lower-case letters, digits and “-”, up to 63' },
  ]);
}
