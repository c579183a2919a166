import type { Commit } from '@slipway/core/version';

/** Hash, parents, seconds and message, each ended by NUL: no message can be taken for another field. */
export const commitFormat = '--format=%H%x00%P%x00%ct%x00%B';

const fieldsOfCommit = 4;

/**
 * Reads what `git log -z` wrote in `commitFormat`.
 *
 * @throws Error when it is something else
 */
export function readCommits(text: string): readonly Commit[] {
  const fields = readFields(text);
  const commits: Commit[] = [];
  for (let at = 0; at < fields.length; at += fieldsOfCommit) {
    const [hash = '', parents = '', seconds = '', message] = fields.slice(at, at + fieldsOfCommit);
    if (!isHash(hash) || !/^\d+$/.test(seconds) || message === undefined) {
      throw new Error(`git log wrote no commit at field ${at}: ${hash.slice(0, 60)}`);
    }
    commits.push({
      hash,
      parents: parents === '' ? [] : parents.split(' '),
      seconds: Number(seconds),
      message,
    });
  }
  return commits;
}

/** @example readFields('a\0b\0') // ['a', 'b'] */
export function readFields(text: string): readonly string[] {
  const fields = text.split('\0');
  return fields.at(-1) === '' ? fields.slice(0, -1) : fields;
}

export function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
