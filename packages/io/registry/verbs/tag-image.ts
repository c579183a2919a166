import { SlipwayError, type FailureCode } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  type Digest,
  type PinnedReference,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import { compareVersions, tryParseVersion, type Version } from '@slipway/core/version';
import type { Logger } from '../../log/index.js';
import type { ContentManifest } from '../content/index.js';
import { mapParallel } from '@slipway/core/parallel';
import type { RegistryClient } from '../protocol/index.js';
import { tryFetchEntry } from './fetch-entry.js';
import { tryFetchVersion } from './image-labels.js';
import { readBackTag, refuseLostTag } from './read-back.js';
import type { SendOptions } from './send-options.js';
import { isVersionTag, isWritten, planTags, type TagOutcome, type TagPolicy } from './tag-plan.js';

export interface TagOptions extends SendOptions {
  readonly tags: readonly Tag[];
  readonly tagPolicy: TagPolicy;
}

/** What would become of each tag, and since when that is known. */
export interface JudgedTags {
  readonly outcomes: readonly TagOutcome[];
  readonly atMs: number;
  /** Looks and judges once more. */
  readonly again: () => Promise<JudgedTags>;
}

/** Where what must be known for a verdict comes from. */
interface TagFacts {
  /** What a tag names. */
  readonly find: (tag: Tag) => Promise<Digest | undefined>;
  /** The version of the image that gets the tags; asked only when none of the tags says it. */
  readonly readVersion: () => Promise<Version | undefined>;
}

const parallelTags = 6;
const unreadableCodes: readonly FailureCode[] = ['not-found', 'source-invalid', 'registry-corrupt'];
/** A verdict that is older than this is made again before a tag is written: others may have written meanwhile. */
const freshMs = 2000;

/**
 * Gives tags to an image that is in the repository. Each is judged first, and read back.
 *
 * @example await tagImage(client, repository, digest, { tags: [tag], tagPolicy: 'fail', isDryRun: false, … })
 * @throws SlipwayError `tag-taken` before any tag is written, or when another run has written one at the same
 * moment; `not-found` when there is no such image; `registry-…`
 */
export async function tagImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
): Promise<readonly TagOutcome[]> {
  return (await tagInPlace(client, repository, digest, options)).tags;
}

/** The same, with the manifest of the image, which is read while the tags are looked at; undefined when it is not there. */
export async function tagInPlace(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
): Promise<{
  readonly entry: ContentManifest | undefined;
  readonly tags: readonly TagOutcome[];
}> {
  const access = options.isDryRun ? 'pull' : 'push';
  const [entry, judged] = await Promise.all([
    tryFetchEntry(client, repository, digest),
    judgeTags(client, repository, digest, options, {
      find: async (tag) => (await client.resolve(repository, tag, access))?.digest,
      readVersion: () => tryFetchVersion(client, { repository, digest }),
    }),
  ]);
  const put = async (tag: Tag, beforeRetry: () => Promise<void>): Promise<void> => {
    if (entry === undefined) throw refuseAbsent(repository, digest);
    await client.putManifest(repository, tag, entry.content, beforeRetry);
  };
  return { entry, tags: await writeTags(client, repository, digest, options, { judged, put }) };
}

/** The error of a tag for an image that is not there. */
export function refuseAbsent(repository: Repository, digest: Digest): SlipwayError {
  const name = formatReference({ repository, digest });
  return new SlipwayError('not-found', `the image ${name} is not in the registry`, {
    fix: 'Push or copy the image first; a tag can only name what is there.',
  });
}

/**
 * What would become of each tag. A moving tag is left where it is when what it names has a higher version.
 *
 * @throws SlipwayError `tag-taken`
 */
export async function judgeTags(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
  facts: TagFacts,
): Promise<JudgedTags> {
  const { tags, tagPolicy, clock } = options;
  const atMs = clock.monotonicMs();
  const current = await mapParallel(parallelTags, tags, async (tag) => ({
    tag,
    digest: await facts.find(tag),
  }));
  const planned = planTags(repository, digest, current, tagPolicy);
  const outcomes: TagOutcome[] = [];
  for (const outcome of planned) {
    outcomes.push(
      outcome.state === 'moved'
        ? await keepNewer(client, repository, outcome, options, facts)
        : outcome,
    );
  }
  const find = async (tag: Tag): Promise<Digest | undefined> =>
    (await client.resolve(repository, tag, 'push'))?.digest;
  const again = (): Promise<JudgedTags> =>
    judgeTags(client, repository, digest, options, { ...facts, find });
  return { outcomes, atMs, again };
}

async function keepNewer(
  client: RegistryClient,
  repository: Repository,
  outcome: TagOutcome & { readonly state: 'moved' | 'skipped' },
  { tags, logger }: TagOptions,
  { readVersion }: TagFacts,
): Promise<TagOutcome> {
  const { tag, previous } = outcome;
  const own = findVersion(tags) ?? (await readVersion());
  if (own === undefined) return outcome;
  const theirs = await tryFindVersion(client, { repository, digest: previous }, logger);
  if (theirs === undefined || compareVersions(theirs, own) <= 0) return outcome;
  return {
    tag,
    state: 'skipped',
    previous,
    because: `it names ${theirs}, which is newer than ${own}`,
  };
}

/** A tag must be able to leave an image that is broken: what cannot be read has no version. */
async function tryFindVersion(
  client: RegistryClient,
  image: PinnedReference,
  logger: Logger,
): Promise<Version | undefined> {
  try {
    return await tryFetchVersion(client, image);
  } catch (error) {
    const isUnreadable = error instanceof SlipwayError && unreadableCodes.includes(error.code);
    if (!isUnreadable) throw error;
    logger.warning(`the version of ${formatReference(image)} is not known: ${error.message}`);
    return undefined;
  }
}

/** The highest version among tags. */
function findVersion(tags: readonly Tag[]): Version | undefined {
  return tags
    .filter(isVersionTag)
    .map((tag) => tryParseVersion(tag.replace(/^v/, '')))
    .filter((version) => version !== undefined)
    .toSorted(compareVersions)
    .at(-1);
}

interface TagWork {
  readonly judged: JudgedTags;
  /** Stores the image’s manifest under a tag; `beforeRetry` is asked before each attempt after the first. */
  readonly put: (tag: Tag, beforeRetry: () => Promise<void>) => Promise<void>;
}

/**
 * Writes the tags that do not name the digest yet: versions first, so that a moving tag never leads to what has
 * lost its version to another run.
 *
 * @throws SlipwayError `tag-taken` when a tag has become another image’s
 */
export async function writeTags(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
  { judged, put }: TagWork,
): Promise<readonly TagOutcome[]> {
  const { isDryRun, logger, clock, signal } = options;
  const readBack = { client, clock, ...(signal === undefined ? {} : { signal }) };
  const isStale = clock.monotonicMs() - judged.atMs > freshMs;
  const { outcomes } = isStale && !isDryRun ? await judged.again() : judged;
  const written = outcomes.filter((outcome) => isWritten(outcome) && !isDryRun);
  const write = async (outcome: TagOutcome): Promise<void> => {
    await put(outcome.tag, () => refuseLostTag(readBack, repository, outcome, digest));
    await readBackTag(readBack, repository, outcome, digest);
  };
  const versions = written.filter(({ tag }) => isVersionTag(tag));
  const others = written.filter(({ tag }) => !isVersionTag(tag));
  await mapParallel(parallelTags, versions, write);
  await mapParallel(parallelTags, others, write);
  for (const outcome of outcomes) {
    logger.info(
      `tag ${formatRepository(repository)}:${outcome.tag}: ${describeOutcome(outcome, isDryRun)}`,
    );
  }
  return outcomes;
}

function describeOutcome(outcome: TagOutcome, isDryRun: boolean): string {
  if (isWritten(outcome)) return `${isDryRun ? 'would be ' : ''}${outcome.state}`;
  const why = outcome.state === 'skipped' ? outcome.because : undefined;
  return `${outcome.state}${why === undefined ? '' : `, ${why}`}`;
}
