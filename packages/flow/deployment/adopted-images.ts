import { SlipwayError, describeError } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  parsePinnedReference,
  parseReference,
  parseTag,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';
import {
  formatIdentity,
  identify,
  listImages,
  numberAt,
  recordsAt,
  textAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { readWorkloads, type WorkloadView } from '@slipway/core/rollout';
import type { Cluster } from '@slipway/io/cluster';
import type { RegistryClient } from '@slipway/io/registry';

/** An image of a live pod template, and what of it really runs. */
export interface LiveImage {
  /** As `formatIdentity` writes it. */
  readonly object: string;
  readonly container: string;
  /** As it is written in the pod template. */
  readonly written: string;
  /** `repository@sha256:…` */
  readonly pinned: string;
}

interface LiveImages {
  readonly images: readonly LiveImage[];
  /** Why something could not be pinned, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Finds the digest of every image of live workloads: from the pods of the newest revision that are ready, and
 * where nothing is meant to run now from the registry.
 */
export async function pinLiveImages(
  cluster: Cluster,
  client: Pick<RegistryClient, 'resolve'>,
  workloads: readonly KubernetesObject[],
): Promise<LiveImages> {
  const images: LiveImage[] = [];
  const problems: string[] = [];
  for (const view of await readViews(cluster, workloads)) {
    const title = formatIdentity(view.identity);
    const ready = view.pods.filter(isReady);
    if (ready.length === 0 && isMeantToRun(view)) {
      problems.push(`${title} has no pod of its newest revision that is ready`);
      continue;
    }
    for (const { container, image } of listImages(view.object === undefined ? [] : [view.object])) {
      try {
        const pinned = await pin(client, image, { pods: ready, container });
        images.push({ object: title, container, written: image, pinned });
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        problems.push(`${title}, container ${container}: ${describeError(error)}`);
      }
    }
  }
  return { images, problems };
}

async function readViews(
  cluster: Cluster,
  workloads: readonly KubernetesObject[],
): Promise<readonly WorkloadView[]> {
  const namespaces = new Set(workloads.flatMap(({ metadata }) => metadata.namespace ?? []));
  const lists = await Promise.all(
    [...namespaces].flatMap((namespace) => [
      cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace }),
      cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace }),
    ]),
  );
  const objects = [...workloads, ...lists.flatMap(({ items }) => items)];
  return readWorkloads({ workloads: workloads.map(identify), objects });
}

function isReady(pod: KubernetesObject): boolean {
  return recordsAt(pod, 'status', 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
}

/** A CronJob, or what is scaled to nothing, has no pods and is whole. */
function isMeantToRun({ object }: WorkloadView): boolean {
  if (object?.kind === 'CronJob') return false;
  if (object?.kind === 'DaemonSet')
    return numberAt(object, 'status', 'desiredNumberScheduled') !== 0;
  return numberAt(object, 'spec', 'replicas') !== 0;
}

/** What the pods run as a container, the most frequent first: a tag that moved may have led to several. */
function readRunning(
  pods: readonly KubernetesObject[],
  container: string,
): readonly PinnedReference[] {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
      recordsAt(pod, 'status', list),
    );
    const status = statuses.find(({ name }) => name === container);
    const id = textAt(status, 'imageID')?.replace(/^[a-z-]+:\/\//, '');
    if (id?.includes('@') === true) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([text]) => parsePinnedReference(text));
}

/** @throws SlipwayError when nobody can say which digest it is */
async function pin(
  client: Pick<RegistryClient, 'resolve'>,
  written: string,
  { pods, container }: { readonly pods: readonly KubernetesObject[]; readonly container: string },
): Promise<string> {
  const { repository, tag = parseTag('latest'), digest } = parseReference(written);
  if (digest !== undefined) return formatReference({ repository, digest });
  if (pods.length > 0) {
    const [running] = readRunning(pods, container);
    if (running !== undefined) return chooseRepository(client, repository, running);
    throw new SlipwayError(
      'image-unpinned',
      `the pods do not say which digest of ${written} they run`,
    );
  }
  const found = await client.resolve(repository, tag);
  if (found !== undefined) return formatReference({ repository, digest: found.digest });
  throw new SlipwayError('not-found', `${written} is not in the registry, and no pod runs it`);
}

/** A node that has an image by several names tells one of them, which need not be the one that is written. */
async function chooseRepository(
  client: Pick<RegistryClient, 'resolve'>,
  repository: Repository,
  running: PinnedReference,
): Promise<string> {
  const isSame = formatRepository(repository) === formatRepository(running.repository);
  if (isSame) return formatReference(running);
  const found = await client.resolve(repository, running.digest);
  return formatReference(found === undefined ? running : { repository, digest: running.digest });
}
