import { SlipwayError, assertNever, type Problem } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';

/** What to do with a moving tag that stands for another image: refuse, leave it there, or move it. */
export const tagPolicies = ['fail', 'skip', 'move'] as const;
export type TagPolicy = (typeof tagPolicies)[number];

/** What happens to one tag. */
export type TagOutcome =
  | { readonly tag: Tag; readonly state: 'created' | 'unchanged' }
  | {
      readonly tag: Tag;
      readonly state: 'moved' | 'skipped';
      /** What it stood for, and after `skipped` still does. */
      readonly previous: Digest;
      /** Why it was left although it may move: `it names 1.5.0, which is newer than 1.4.1`. */
      readonly because?: string;
    };

/** Whether the tag is written, or in a dry run would be. */
export function isWritten({ state }: TagOutcome): boolean {
  return state === 'created' || state === 'moved';
}

/** A tag and what it stands for now; undefined where it does not exist. */
export interface CurrentTag {
  readonly tag: Tag;
  readonly digest: Digest | undefined;
}

const versionPattern =
  /^v?(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/**
 * Whether a tag names one full version (Semantic Versioning 2.0.0) and therefore one image for ever.
 *
 * @example isVersionTag('1.4.0-rc.1') // true; '1.4' and 'latest' are moving tags
 */
export function isVersionTag(tag: string): boolean {
  return versionPattern.test(tag);
}

/**
 * What to do with each tag so that it names `digest`.
 *
 * @throws SlipwayError `tag-taken` with every tag that may not be changed, and both digests
 */
export function planTags(
  repository: Repository,
  digest: Digest,
  current: readonly CurrentTag[],
  policy: TagPolicy,
): readonly TagOutcome[] {
  const outcomes: TagOutcome[] = [];
  const problems: Problem[] = [];
  for (const { tag, digest: previous } of current) {
    if (previous === undefined) outcomes.push({ tag, state: 'created' });
    else if (previous === digest) outcomes.push({ tag, state: 'unchanged' });
    else if (isVersionTag(tag)) {
      problems.push({
        ...describeTaken(repository, tag, previous, digest),
        fix: 'A version tag never moves: give the new image a new version.',
      });
    } else if (policy === 'fail') {
      problems.push({
        ...describeTaken(repository, tag, previous, digest),
        fix: 'Set tag-policy to move, or to skip to leave it where it is.',
      });
    } else outcomes.push({ tag, state: pastTense(policy), previous });
  }
  if (problems.length === 0) return outcomes;
  const tags = problems.map(({ given }) => given).join(', ');
  throw new SlipwayError(
    'tag-taken',
    `${formatRepository(repository)} has another image under ${tags}`,
    { problems },
  );
}

function describeTaken(
  repository: Repository,
  tag: Tag,
  previous: Digest,
  digest: Digest,
): Problem & { readonly given: string } {
  return {
    subject: formatReference({ repository, tag }),
    given: tag,
    expected: `a tag that is free or names ${digest}, but it names ${previous}`,
  };
}

function pastTense(policy: 'skip' | 'move'): 'skipped' | 'moved' {
  switch (policy) {
    case 'skip':
      return 'skipped';
    case 'move':
      return 'moved';
    default:
      return assertNever(policy);
  }
}
