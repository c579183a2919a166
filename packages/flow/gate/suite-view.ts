import { identify, textAt, type KubernetesObject } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import {
  ClusterError,
  type Cluster,
  type ListOptions,
  type ResourceType,
} from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';

/** A Job, its pods and what was told of them, at one moment. */
interface SuiteLook {
  readonly objects: readonly KubernetesObject[];
  /** Oldest first. */
  readonly pods: readonly KubernetesObject[];
  /** Where to watch on from. */
  readonly versions: readonly string[];
}

export interface SuiteView {
  look(): Promise<SuiteLook>;
  /** Until the Job or one of its pods changes, or so much time has passed. */
  untilChange(since: SuiteLook, ms: number): Promise<void>;
}

interface ViewOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const podType: ResourceType = { apiVersion: 'v1', kind: 'Pod' };
const eventType: ResourceType = { apiVersion: 'v1', kind: 'Event' };

/** Sees one Job and nothing else of its namespace. */
export function createSuiteView(
  cluster: Cluster,
  job: KubernetesObject,
  { clock, logger, signal }: ViewOptions,
): SuiteView {
  const { name, namespace = 'default' } = job.metadata;
  const scopes: readonly (readonly [ResourceType, ListOptions])[] = [
    [identify(job), { namespace, fieldSelector: `metadata.name=${name}` }],
    [podType, { namespace, labelSelector: `job-name=${name}` }],
  ];
  let mayReadEvents = true;

  async function listEvents(
    about: readonly KubernetesObject[],
  ): Promise<readonly KubernetesObject[]> {
    if (!mayReadEvents) return [];
    try {
      const lists = await Promise.all(
        about.map(({ metadata: { uid = '' } }) =>
          cluster.list(eventType, { namespace, fieldSelector: `involvedObject.uid=${uid}` }),
        ),
      );
      return lists.flatMap(({ items }) => items);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status !== 403) throw error;
      mayReadEvents = false;
      logger.warning(
        `events in ${namespace} cannot be read, so a failure may have no cause: grant list`,
      );
      return [];
    }
  }

  /** False when the watch ended before anything changed. */
  async function seesChange(
    [type, options]: (typeof scopes)[number],
    resourceVersion: string,
    end: AbortSignal,
  ): Promise<boolean> {
    for await (const event of cluster.watch(type, { ...options, resourceVersion, signal: end })) {
      if (event.type !== 'bookmark') return true;
    }
    return false;
  }

  return {
    look: async () => {
      const lists = await Promise.all(scopes.map(([type, options]) => cluster.list(type, options)));
      const objects = lists.flatMap(({ items }) => items);
      const pods = objects
        .filter(({ kind }) => kind === 'Pod')
        .toSorted((a, b) => createdAt(a) - createdAt(b));
      return {
        objects: [...objects, ...(await listEvents(objects))],
        pods,
        versions: lists.map(({ resourceVersion }) => resourceVersion),
      };
    },
    untilChange: async ({ versions }, ms) => {
      const enough = new AbortController();
      const end = AbortSignal.any([signal, enough.signal]);
      const sleep = clock.sleep(ms, end);
      // a watch that breaks off is no change: the next look tells whether the cluster is still there
      const changes = scopes.map(async (scope, index) => {
        const hasChanged = await seesChange(scope, versions[index] ?? '', end).catch(() => false);
        if (!hasChanged) await sleep;
      });
      try {
        await Promise.race([sleep, ...changes]);
      } finally {
        enough.abort();
        await Promise.allSettled([sleep, ...changes]);
      }
    },
  };
}

function createdAt(object: KubernetesObject): number {
  return Date.parse(textAt(object, 'metadata', 'creationTimestamp') ?? '') || 0;
}
