import {
  publishReleases,
  readHistories,
  reserveTags,
  type CompareWith,
  type PublishedRelease,
  type ReservedTag,
  type ServiceRequest,
} from '@slipway/flow/history';
import { readLiveServices } from '@slipway/flow/live';
import type { Runtime } from '@slipway/flow/runtime';
import type { Tag } from '@slipway/core/version';
import type { NewRelease } from '@slipway/io/github';
import type { RemoteAccess } from '@slipway/io/git';
import { nameRepository, type Base, type Inputs } from './inputs.js';
import { formatVersionLog, planVersion, type ServiceVersion } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly versions: readonly ServiceVersion[];
  /** Where the repository can be read. */
  readonly url?: string;
  /** What became of the tags; none where no tag was asked for. */
  readonly tags: readonly ReservedTag[];
  readonly releases: readonly PublishedRelease[];
}

type Needed = Pick<
  Runtime,
  'logger' | 'clock' | 'signal' | 'workspace' | 'checkout' | 'openRegistry' | 'openGitHub'
>;

/** Reads the history; writes nothing unless a tag or release is asked for, apart from what a clone left out. */
export async function run(inputs: Inputs, runtime: Needed): Promise<Result> {
  const { logger, workspace, checkout } = runtime;
  const requests = inputs.services.map(({ name, tagPrefix, paths }): ServiceRequest => {
    const service = name ?? nameRepository(checkout.repository, workspace);
    return { service, tagPrefix: tagPrefix.replaceAll('{service}', service), paths };
  });
  const compareWith = await findCompareWith(inputs.base, runtime);
  const { repository, services } = await readHistories(workspace, requests, {
    ...formatAccess(inputs, runtime),
    ...{ signal: runtime.signal, logger, checkout, mayFetch: inputs.mayFetch },
    leavesOut: inputs.isAll,
    releaseBranches: inputs.releaseBranches,
    levels: new Map(inputs.levels.map(({ type, level }) => [type, level])),
    ...(compareWith === undefined ? {} : { compareWith }),
  });
  const versions = services.map((history) => planVersion(history, inputs));
  for (const { service, version, reason, notes } of versions) {
    logger.info(`${service} ${version}: ${reason}`);
    for (const note of notes) logger.warning(`${service}: ${note}`);
  }
  const url = checkout.webUrl ?? (await repository.tryFindRemote())?.webUrl;
  const place = url === undefined ? {} : { url };
  const tags = await reserveTags(repository, listWantedTags(versions, inputs), {
    ...{ logger, isDryRun: inputs.isDryRun },
  });
  const releases = inputs.isReleasing
    ? await publishReleases(describeReleases(versions, tags, { ...inputs, ...place }), {
        ...{ logger, isDryRun: inputs.isDryRun, github: runtime.openGitHub(inputs.token) },
      })
    : [];
  return { inputs, versions, tags, releases, ...place };
}

/**
 * Of a prerelease there is none, and of several services only those that changed get one. One that is there already
 * is wanted where it is.
 */
function listWantedTags(
  versions: readonly ServiceVersion[],
  { isTagging, isAll }: Inputs,
): readonly Tag[] {
  if (!isTagging) return [];
  return versions.flatMap(({ isRelease, isChanged, tag, tagged, commit }) =>
    isRelease && tag !== undefined && (isChanged || !isAll)
      ? [{ name: tag, hash: tagged ?? commit.hash }]
      : [],
  );
}

/** The newest release of the repository is that of its only service. */
function describeReleases(
  versions: readonly ServiceVersion[],
  tags: readonly Tag[],
  { isOnly, url }: { readonly isOnly: boolean; readonly url?: string },
): readonly NewRelease[] {
  return versions.flatMap((each) => {
    const { service, version, tag, movingTags } = each;
    const found = tags.find(({ name }) => name === tag);
    if (found === undefined) return [];
    return {
      ...{ tag: found.name, commit: found.hash },
      name: isOnly ? version : `${service} ${version}`,
      body: formatVersionLog(each, url),
      isLatest: isOnly && movingTags.includes('latest'),
    };
  });
}

/** GitHub's token opens the remotes on GitHub, and no other. */
function formatAccess({ token }: Inputs, { checkout }: Needed): { readonly access?: RemoteAccess } {
  const { webUrl } = checkout;
  if (token === undefined || webUrl === undefined) return {};
  return { access: { origin: new URL(webUrl).origin, token } };
}

/** What is compared with; of what is deployed the commit that its bundle names. */
async function findCompareWith(
  base: Base | undefined,
  { logger, clock, openRegistry }: Needed,
): Promise<CompareWith | undefined> {
  if (base?.kind !== 'deployed') return base;
  const client = await openRegistry(base.registry);
  try {
    const live = await readLiveServices(base.places, { client, clock, logger });
    const commits = new Map<string, string | undefined>();
    for (const [service, found] of live) {
      const { commit, version } = found?.bundle.config ?? {};
      commits.set(service, commit);
      logger.info(
        `${service}: ${version === undefined ? 'nothing is deployed' : `${version} is deployed, made from ${commit ?? 'an unknown commit'}`}`,
      );
    }
    return { kind: 'commits', commits };
  } finally {
    client.close();
  }
}
