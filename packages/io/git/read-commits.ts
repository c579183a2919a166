import type { Commit } from '@slipway/core/version';

/** A commit and what it changed, as `git log` tells it. */
export interface LoggedCommit extends Commit {
  /** Empty where they were not asked for. */
  readonly paths: readonly string[];
}

/**
 * An empty field, then hash, parents, seconds and message, each ended by NUL. Paths follow, the first behind a
 * line break. None is empty, so that no message and no path can be taken for another field.
 */
export const commitFormat = '--format=%x00%H%x00%P%x00%ct%x00%B';

interface OpenCommit {
  readonly fields: string[];
  readonly paths: string[];
}

const fieldsOfCommit = 4;
/** 9999-12-31T23:59:59Z */
const lastSecond = 253_402_300_799;

/**
 * Reads what `git log -z` writes in `commitFormat`, commit by commit.
 *
 * @throws Error when it is something else
 */
export async function* readCommits(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LoggedCommit, void, undefined> {
  let open: OpenCommit | undefined;
  let rest = '';
  for await (const piece of pieces) {
    const fields = (rest + piece).split('\0');
    rest = fields.pop() ?? '';
    for (const field of fields) {
      if (open !== undefined && open.fields.length < fieldsOfCommit) {
        open.fields.push(field);
      } else if (field === '') {
        if (open !== undefined) yield closeCommit(open);
        open = { fields: [], paths: [] };
      } else if (open === undefined) {
        throw refuse(field);
      } else {
        open.paths.push(open.paths.length === 0 ? field.replace(/^\n/, '') : field);
      }
    }
  }
  if (rest !== '') throw refuse(rest);
  if (open !== undefined) yield closeCommit(open);
}

function closeCommit({ fields, paths }: OpenCommit): LoggedCommit {
  const [hash = '', parents = '', seconds = '', message] = fields;
  if (!isHash(hash) || !/^(?:-?\d+)?$/.test(seconds) || message === undefined) throw refuse(hash);
  const parentsOf = parents === '' ? [] : parents.split(' ');
  return { hash, parents: parentsOf, seconds: clampSeconds(Number(seconds)), message, paths };
}

/** Commits may have any date or none; what is told of them has four digits for the year. */
function clampSeconds(seconds: number): number {
  return Math.min(Math.max(seconds, 0), lastSecond);
}

function refuse(text: string): Error {
  return new Error(`git log wrote no commit: ${text.slice(0, 60)}`);
}

/** @example readFields('a\0b\0') // ['a', 'b'] */
export function readFields(text: string): readonly string[] {
  const fields = text.split('\0');
  return fields.at(-1) === '' ? fields.slice(0, -1) : fields;
}

export function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
