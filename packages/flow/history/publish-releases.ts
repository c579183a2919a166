import type { GitHub, NewRelease } from '@slipway/io/github';
import type { Logger } from '@slipway/io/log';

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
  /** Only says what would be made. */
  readonly isDryRun: boolean;
}

/**
 * Makes releases of tags that are there; a release that is there already stays as it is.
 *
 * @throws SlipwayError `github-refused`
 */
export async function publishReleases(
  wanted: readonly NewRelease[],
  options: PublishOptions,
): Promise<readonly PublishedRelease[]> {
  const published: PublishedRelease[] = [];
  for (const release of wanted) {
    const made = await publish(release, options);
    options.logger.info(`release ${made.tag}: ${describe(made, options)}`);
    published.push(made);
  }
  return published;
}

async function publish(
  release: NewRelease,
  { github, isDryRun }: PublishOptions,
): Promise<PublishedRelease> {
  const { tag } = release;
  const known = await github.fetchRelease(tag);
  if (known !== undefined) return { tag, state: 'unchanged', url: known.url };
  if (isDryRun) return { tag, state: 'created' };
  return { tag, state: 'created', url: (await github.createRelease(release)).url };
}

function describe({ state, url = '' }: PublishedRelease, { isDryRun }: PublishOptions): string {
  return isDryRun && state === 'created' ? 'would be created' : `${state} ${url}`.trim();
}
