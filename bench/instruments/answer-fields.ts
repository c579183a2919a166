type Fields = Readonly<Record<string, unknown>>;

/** @throws Error when a program of the benchmark does not answer with a JSON object */
export function parseFields(text: string): Fields {
  const value: unknown = JSON.parse(text);
  if (isFields(value)) return value;
  throw new Error(`expected a JSON object, given ${text.slice(0, 200)}`);
}

/** @throws Error when it is no number */
export function readNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number') return value;
  throw new Error(`${name}: expected a number, given ${JSON.stringify(value)}`);
}

/** @throws Error when it is no text */
export function readText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name}: expected a text, given ${JSON.stringify(value)}`);
}

/** @throws Error when it is no list of texts */
export function readTexts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new Error(`${name}: expected a list of texts, given ${JSON.stringify(value)}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
