import { SlipwayError } from '@slipway/core/errors';
import type { Tag } from '@slipway/core/version';
import type { GitRemote, GitRepository, PushedTag } from '@slipway/io/git';
import type { Logger } from '@slipway/io/log';

export interface ReserveOptions {
  readonly logger: Logger;
  /** Only says what would be made. */
  readonly isDryRun: boolean;
}

/** What became of a tag. */
export interface ReservedTag extends Tag {
  readonly state: 'created' | 'unchanged';
}

const why = 'the tags of the remote are not known';

/**
 * Reserves versions: makes their tags on the remote, where each name can be made only once, all of them or none. A
 * tag that names the commit already is left as it is.
 *
 * @throws SlipwayError `tag-taken` when a tag names another commit; `git-refused` when the remote takes none;
 * `history-incomplete` when it cannot be asked
 */
export async function reserveTags(
  repository: GitRepository,
  tags: readonly Tag[],
  { logger, isDryRun }: ReserveOptions,
): Promise<readonly ReservedTag[]> {
  if (tags.length === 0) return [];
  const remote = await repository.tryFindRemote();
  if (remote === undefined) {
    throw new SlipwayError('git-refused', 'there is no remote to make the tag on', {
      fix: 'Add one: git remote add origin …; a tag that only this clone has reserves nothing.',
    });
  }
  const reserved = isDryRun ? await judge(remote, tags) : await create(remote, tags);
  if (!isDryRun) await repository.addTags(tags);
  for (const { name, hash, state } of reserved) {
    const would = isDryRun && state === 'created' ? 'would be ' : '';
    logger.info(`tag ${name} at ${hash.slice(0, 7)}: ${would}${state}`);
  }
  return reserved;
}

/** Where a push is refused, what the remote has by now says why; those that it has already are left out then. */
async function create(remote: GitRemote, tags: readonly Tag[]): Promise<readonly ReservedTag[]> {
  const pushed = await remote.createTags(tags);
  const refused = pushed.find(({ state }) => state === 'refused');
  if (refused === undefined) {
    return pushed.map(({ name, hash, state }) => ({
      ...{ name, hash },
      state: state === 'created' ? state : 'unchanged',
    }));
  }
  const reserved = await judge(remote, tags);
  const missing = reserved.filter(({ state }) => state === 'created');
  if (missing.length === tags.length) throw refuse(remote, refused);
  if (missing.length > 0) await create(remote, missing);
  return reserved;
}

/** @throws SlipwayError `tag-taken` when a tag names another commit; `git-refused` when its name cannot be */
async function judge(remote: GitRemote, tags: readonly Tag[]): Promise<readonly ReservedTag[]> {
  const refs = await remote.listRefs(['refs/tags/*'], why);
  const known = new Map(refs.tags.map(({ name, hash }) => [name, hash]));
  const taken = tags.filter(({ name, hash }) => (known.get(name) ?? hash) !== hash);
  if (taken.length > 0) throw refuseTaken(remote, taken, known);
  for (const { name } of tags) {
    const inTheWay = [...known.keys()].find((each) => isBelow(each, name) || isBelow(name, each));
    if (inTheWay !== undefined) throw refuseBelow(remote, name, inTheWay);
  }
  return tags.map((tag) => ({ ...tag, state: known.has(tag.name) ? 'unchanged' : 'created' }));
}

/** Git keeps refs as files in folders. */
function isBelow(name: string, other: string): boolean {
  return name.startsWith(`${other}/`);
}

function refuseBelow({ name: remote }: GitRemote, tag: string, inTheWay: string): SlipwayError {
  return new SlipwayError(
    'git-refused',
    `${remote} cannot take the tag ${tag}, for it has ${inTheWay}`,
    {
      fix: `Git keeps no tag below the name of another one: delete ${inTheWay}, or choose another tag-prefix.`,
    },
  );
}

function refuseTaken(
  { name: remote }: GitRemote,
  taken: readonly Tag[],
  known: ReadonlyMap<string, string>,
): SlipwayError {
  const each = taken.map(
    ({ name, hash }) =>
      `${name} names ${known.get(name)?.slice(0, 7) ?? ''} and not ${hash.slice(0, 7)}`,
  );
  return new SlipwayError(
    'tag-taken',
    `on ${remote} ${each.join(', ')}; no tag was made or moved`,
    {
      fix: 'Another commit has this version: run again, so that its tag counts, or merge the line that it is on.',
    },
  );
}

function refuse({ name: remote }: GitRemote, { name, words }: PushedTag): SlipwayError {
  return new SlipwayError('git-refused', `${remote} does not take the tag ${name}: ${words}`, {
    fix: 'Give the job permissions: { contents: write }, and look for rules of the repository that protect tags.',
  });
}
