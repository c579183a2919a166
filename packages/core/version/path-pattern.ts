import { invalidInput } from '../errors/index.js';

declare const brand: unique symbol;

/** A folder, a file or a glob, relative to the root of the repository: `services/orders`, `services/*.go`. */
export type PathPattern = string & { readonly [brand]: 'path-pattern' };

/**
 * @example parsePathPattern('./services/orders/') // 'services/orders'
 * @throws SlipwayError `invalid-input` for what is outside of the repository
 */
export function parsePathPattern(text: string, subject = 'paths'): PathPattern {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const isInside = !text.startsWith('/') && !parts.includes('..');
  if (text !== '' && isInside && !/^[:!]|[\\\n]/.test(text)) {
    return parts.join('/') as PathPattern;
  }
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'a folder, a file or a glob inside of the repository, such as services/orders',
    },
  ]);
}

/** Answers which of several owners a path belongs to. */
export interface PathIndex {
  /** Whether a path has to be known at all: false where every owner has everything. */
  readonly needsPaths: boolean;
  /** Folders and files outside of which nobody has anything; none where that is no help. */
  readonly roots: readonly string[];
  /** The owners of any of the paths, each by its place in the list. */
  ownersOf(paths: readonly string[]): ReadonlySet<number>;
}

/**
 * Reads patterns as git's `:(top,glob)` does: a folder has all that is below it, `*` and `?` stay within a folder,
 * `**` as a whole part crosses folders, `[…]` is one character of a set. An owner without patterns has everything.
 *
 * @param owners the patterns of each
 * @example createPathIndex([['services/orders', 'libs/money'], ['libs/*']]).ownersOf(['libs/money']) // Set { 0, 1 }
 */
export function createPathIndex(owners: readonly (readonly PathPattern[])[]): PathIndex {
  const everywhere: number[] = [];
  const folders = new Map<string, number[]>();
  const globs: { readonly owner: number; readonly expression: RegExp }[] = [];
  for (const [owner, patterns] of owners.entries()) {
    if (patterns.length === 0 || patterns.some((pattern) => pattern === '')) {
      everywhere.push(owner);
      continue;
    }
    for (const pattern of patterns) {
      folders.set(pattern, [...(folders.get(pattern) ?? []), owner]);
      const expression = tryCompileGlob(pattern);
      if (expression !== undefined) globs.push({ owner, expression });
    }
  }
  return {
    needsPaths: everywhere.length < owners.length,
    roots: everywhere.length > 0 ? [] : listRoots(owners.flat()),
    ownersOf: (paths) => {
      const found = new Set(everywhere);
      for (const path of paths) {
        for (const start of listStarts(path)) {
          for (const owner of folders.get(start) ?? []) found.add(owner);
        }
        for (const { owner, expression } of globs) if (expression.test(path)) found.add(owner);
      }
      return found;
    },
  };
}

/** So many are quicker than to ask for every path. */
const maxRoots = 8;

/** @example listRoots(['services/orders', 'libs/*.go']) // ['services/orders', 'libs'] */
function listRoots(patterns: readonly PathPattern[]): readonly string[] {
  const roots = new Set(patterns.map((pattern) => pattern.replace(/(?:^|\/)[^/]*[*?[].*$/s, '')));
  return roots.size > maxRoots || roots.has('') ? [] : [...roots];
}

/** @example listStarts('a/b/c') // ['a', 'a/b', 'a/b/c'] */
function listStarts(path: string): readonly string[] {
  const starts: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    starts.push(path.slice(0, at));
  }
  return [...starts, path];
}

const tokens = /\/\*\*\/|^\*\*\/|\/\*\*$|\*+|\?|\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|[^*?[/]+|[^]/gu;
const classes: ReadonlyMap<string, string> = new Map([
  ['alnum', '\\p{L}\\p{N}'],
  ['alpha', '\\p{L}'],
  ['digit', '0-9'],
  ['lower', 'a-z'],
  ['upper', 'A-Z'],
  ['space', '\\s'],
  ['xdigit', '0-9A-Fa-f'],
]);

/** Undefined for a pattern without any wildcard, and for one that cannot match: a set without its end. */
function tryCompileGlob(pattern: PathPattern): RegExp | undefined {
  if (!/[*?[]/.test(pattern)) return undefined;
  const parts: readonly string[] = pattern.match(tokens) ?? [];
  if (parts.includes('[')) return undefined;
  try {
    return new RegExp(`^${parts.map(translateToken).join('')}$`, 'su');
  } catch {
    return undefined; // a set whose ends are the wrong way round
  }
}

function translateToken(token: string): string {
  if (token === '/**/') return '/(?:.*/)?';
  if (token === '**/') return '(?:.*/)?';
  if (token === '/**') return '/.*';
  if (token.startsWith('*')) return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('[')) return translateSet(token);
  return escapeText(token);
}

function translateSet(token: string): string {
  const isNegated = /^\[[!^]/.test(token);
  const inner = token.slice(isNegated ? 2 : 1, -1);
  const translated = inner.replaceAll(/\[:(?<name>\w+):\]|[\\\]^[&~|{}()/.$*+?]/gu, (part) => {
    const name = /^\[:(?<name>\w+):\]$/.exec(part)?.groups?.['name'];
    return name === undefined ? `\\${part}` : (classes.get(name) ?? '');
  });
  return `(?!/)[${isNegated ? '^' : ''}${translated}]`;
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
