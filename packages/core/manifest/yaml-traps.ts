import { isRecord } from './fields.js';

/**
 * Where programs read the same YAML in different ways, or Kubernetes does not read it: a sentence for the first of
 * them. What has no such place means the same to kubectl and to us.
 */
export function findTextTrap(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const after = lines.findIndex((line, index) => endsDocument(lines[index - 1]) && isContent(line));
  if (after !== -1) return `line ${after + 1}: a document after “...” begins with ---`;
  const separator = lines.findIndex((line) => /^---\S/.test(line));
  if (separator !== -1) return `line ${separator + 1}: --- stands alone, or before a space`;
  const broken = lines.findIndex((line) => /[\u0085\u2028\u2029]/.test(line));
  if (broken === -1 || text.trimStart().startsWith('{')) return undefined;
  return `line ${broken + 1}: a line end that only some see; write "\\u2028", "\\u2029" or "\\u0085" in quotes`;
}

function endsDocument(line: string | undefined): boolean {
  return line !== undefined && /^\.\.\.\s*$/.test(line);
}

function isContent(line: string): boolean {
  return line.trim() !== '' && !/^(?:---|\.\.\.|#|%)/.test(line);
}

/**
 * Keys that are no text, or a number that was rounded on its way; among them the braces of a template that was
 * not rendered.
 */
export function findKeyTrap(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value, findKeyTrap);
  if (!isRecord(value)) return undefined;
  const key = Object.keys(value).find(isTrap);
  if (key === '[object Object]') {
    return 'a mapping as a key: is this a template ({{ … }}) that was not rendered?';
  }
  return key === undefined
    ? firstOf(Object.values(value), findKeyTrap)
    : `the key ${key}: put it in quotes`;
}

function isTrap(key: string): boolean {
  if (['[object Object]', 'NaN', 'Infinity', '-Infinity'].includes(key)) return true;
  return Math.abs(Number(key)) > Number.MAX_SAFE_INTEGER && String(Number(key)) === key;
}

/**
 * A merge after a key that it has, too: by YAML the key wins, and Kubernetes takes what is merged.
 *
 * @param value read without merging: `<<` is a key like any other
 */
export function findMergeTrap(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value, findMergeTrap);
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  const place = keys.indexOf('<<');
  if (place !== -1) {
    const merged = new Set([value['<<']].flat().flatMap((each) => Object.keys(each ?? {})));
    const key = keys.slice(0, place).find((each) => merged.has(each));
    if (key !== undefined) return `${key} stands before a merge that has it, too: write << first`;
  }
  return firstOf(Object.values(value), findMergeTrap);
}

function firstOf(
  values: readonly unknown[],
  find: (value: unknown) => string | undefined,
): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
