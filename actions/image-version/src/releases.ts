import { formatChangelog } from '@slipway/core/version';
import type { ReservedTag } from '@slipway/flow/history';
import type { GitHub } from '@slipway/io/github';
import type { Logger } from '@slipway/io/log';
import type { ServiceVersion } from './plan.js';

/** A release on GitHub, and whether this run made it. */
export interface PublishedRelease {
  readonly tag: string;
  readonly state: 'created' | 'unchanged';
  /** Absent where it would only be made. */
  readonly url?: string;
}

export interface PublishOptions {
  readonly github: GitHub;
  readonly logger: Logger;
  readonly isDryRun: boolean;
  /** Whether the repository is one service, whose newest release is that of the repository. */
  readonly isOnly: boolean;
  /** Where commits can be read. */
  readonly url?: string;
}

/**
 * Makes a release of each tag, with the changelog; one that is there already stays as it is.
 *
 * @throws SlipwayError `github-refused`
 */
export async function publishReleases(
  versions: readonly ServiceVersion[],
  tags: readonly ReservedTag[],
  options: PublishOptions,
): Promise<readonly PublishedRelease[]> {
  const published: PublishedRelease[] = [];
  for (const { name, hash } of tags) {
    const version = versions.find(({ tag }) => tag === name);
    if (version === undefined) continue;
    const release = await publish(version, { name, hash }, options);
    options.logger.info(`release ${name}: ${describe(release, options)}`);
    published.push(release);
  }
  return published;
}

async function publish(
  version: ServiceVersion,
  { name: tag, hash: commit }: Pick<ReservedTag, 'name' | 'hash'>,
  { github, isDryRun, isOnly, url }: PublishOptions,
): Promise<PublishedRelease> {
  const known = await github.fetchRelease(tag);
  if (known !== undefined) return { tag, state: 'unchanged', url: known.url };
  if (isDryRun) return { tag, state: 'created' };
  const body = formatChangelog(version.changes, url === undefined ? {} : { url });
  const name = isOnly ? version.version : `${version.service} ${version.version}`;
  const isLatest = isOnly && version.movingTags.includes('latest');
  const made = await github.createRelease({ tag, commit, name, body, isLatest });
  return { tag, state: 'created', url: made.url };
}

function describe({ state, url = '' }: PublishedRelease, { isDryRun }: PublishOptions): string {
  return isDryRun && state === 'created' ? 'would be created' : `${state} ${url}`.trim();
}
