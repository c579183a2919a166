import { assertNever } from '../errors/index.js';

/**
 * The part of JSON Schema (draft 7) with which records are described, once: for the code that reads them and for
 * the files in docs/ that others read.
 */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Of an object: what every other field is. */
  readonly additionalProperties?: JsonSchema;
  /** Of an array: what each of it is. */
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** 1: there must be something. */
  readonly minLength?: 1;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * The first place where a value is not as the schema says, in words; undefined when it is. Unknown fields are
 * no mismatch.
 *
 * @example findMismatch({ type: 'object', required: ['a'] }, {}) // 'a is missing'
 */
export function findMismatch(schema: JsonSchema, value: unknown): string | undefined {
  return findIn(schema, value, '');
}

function findIn(schema: JsonSchema, value: unknown, path: string): string | undefined {
  switch (schema.type) {
    case undefined:
      return undefined;
    case 'object':
      return isObject(value) ? findInObject(schema, value, path) : tell(path, 'an object');
    case 'array':
      return Array.isArray(value) ? findInItems(schema, value, path) : tell(path, 'a list');
    case 'string':
      return typeof value === 'string' ? findInText(schema, value, path) : tell(path, 'a text');
    case 'integer':
      return findInNumber(schema, value, path);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : tell(path, 'true or false');
    default:
      return assertNever(schema.type);
  }
}

function findInObject(
  { required = [], properties = {}, additionalProperties }: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${at(missing)} is missing`;
  for (const [name, field] of Object.entries(value)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const mismatch = schema === undefined ? undefined : findIn(schema, field, at(name));
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function findInItems(
  { items = {} }: JsonSchema,
  value: readonly unknown[],
  path: string,
): string | undefined {
  for (const [index, item] of value.entries()) {
    const mismatch = findIn(items, item, `${path}[${index}]`);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function findInText(schema: JsonSchema, value: string, path: string): string | undefined {
  const { enum: known, pattern, minLength = 0, description = 'another text' } = schema;
  if (known !== undefined && !known.includes(value))
    return tell(path, `one of ${known.join(', ')}`);
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    return tell(path, description);
  return value.length < minLength ? tell(path, 'a text with something in it') : undefined;
}

function findInNumber(
  { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema,
  value: unknown,
  path: string,
): string | undefined {
  const isWhole = Number.isInteger(value) && typeof value === 'number';
  if (isWhole && value >= minimum && value <= maximum) return undefined;
  return tell(path, `a whole number from ${minimum} to ${maximum}`);
}

function tell(path: string, expected: string): string {
  return `${path === '' ? 'it' : path} is not ${expected}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
