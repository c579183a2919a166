import {
  formatIdentity,
  identify,
  podSpecOf,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

/** A release of Helm to which live objects belong. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  /** What belongs to it as well. */
  readonly others: readonly KubernetesObject[];
  /** Why the others are not this service’s; absent when they are. */
  readonly isShared?: string;
}

const nameAnnotation = 'meta.helm.sh/release-name';
const namespaceAnnotation = 'meta.helm.sh/release-namespace';

/** Namespaced kinds of charts, without Secrets: nobody needs the right to read them for this. */
const chartKinds = [
  { apiVersion: 'v1', kinds: 'ConfigMap Service ServiceAccount' },
  { apiVersion: 'apps/v1', kinds: 'Deployment StatefulSet DaemonSet' },
  { apiVersion: 'batch/v1', kinds: 'CronJob' },
  { apiVersion: 'autoscaling/v2', kinds: 'HorizontalPodAutoscaler' },
  { apiVersion: 'policy/v1', kinds: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kinds: 'Ingress NetworkPolicy' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kinds: 'Role RoleBinding' },
].flatMap(({ apiVersion, kinds }) => kinds.split(' ').map((kind) => ({ apiVersion, kind })));

/**
 * The releases of Helm that live objects belong to, each with what else is in it. That is this service’s too when
 * the manifests have every workload of the release: then it goes when the manifests do not have it. A release
 * with other workloads holds more than this service, and what is not known to be ours stays.
 *
 * @param keep what the manifests have
 */
export async function findHelmReleases(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  keep: readonly ObjectIdentity[],
): Promise<readonly HelmRelease[]> {
  const releases = new Map(objects.flatMap(readRelease).map((each) => [keyOf(each), each]));
  const known = new Set(keep.map(formatIdentity));
  const found: HelmRelease[] = [];
  for (const release of releases.values()) {
    const { members, unknown } = await listMembers(cluster, release);
    const others = members.filter((object) => !known.has(formatIdentity(identify(object))));
    const workloads = others.filter((object) => podSpecOf(object) !== undefined);
    const titles = workloads.map((object) => formatIdentity(identify(object)));
    const isShared =
      titles.length > 0
        ? `it also runs ${titles.join(', ')}`
        : unknown.length > 0
          ? `the right to list ${unknown.join(', ')} is missing`
          : undefined;
    found.push({ ...release, others, ...(isShared === undefined ? {} : { isShared }) });
  }
  return found;
}

type ReleaseName = Pick<HelmRelease, 'name' | 'namespace'>;

function readRelease({ metadata }: KubernetesObject): readonly ReleaseName[] {
  const name = metadata.annotations?.[nameAnnotation];
  const namespace = metadata.annotations?.[namespaceAnnotation];
  return name === undefined || namespace === undefined ? [] : [{ name, namespace }];
}

function keyOf({ name, namespace }: ReleaseName): string {
  return `${namespace}/${name}`;
}

async function listMembers(
  cluster: Cluster,
  release: ReleaseName,
): Promise<{ readonly members: readonly KubernetesObject[]; readonly unknown: readonly string[] }> {
  const { namespace } = release;
  const members: KubernetesObject[] = [];
  const unknown: string[] = [];
  for (const type of chartKinds) {
    try {
      const labelSelector = 'app.kubernetes.io/managed-by=Helm';
      const { items } = await cluster.list(type, { namespace, labelSelector });
      const isMember = (object: KubernetesObject): boolean =>
        readRelease(object).some((each) => keyOf(each) === keyOf(release));
      members.push(...items.filter(isMember));
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status === undefined) throw error;
      if (error.status === 403) unknown.push(type.kind);
      else if (error.status !== 404) throw error;
    }
  }
  return { members, unknown };
}
