import { describeError } from '@slipway/core/errors';
import { formatIdentity, type ObjectIdentity } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { readJournal } from '../api-door/index.js';
import { LabError } from '../errors/index.js';
import { waitUntil } from '../waiting/index.js';

export interface MadeInCluster {
  /** Of the part that is the cluster. */
  readonly folder: string;
  /** The lab’s own. */
  readonly namespace: string;
  readonly context: string;
  readonly open: () => Promise<Cluster>;
}

/** A namespace with pods that take their time. */
const timeoutMs = 180_000;

/**
 * Removes the lab’s namespace and everything that was made through its door, the last first; what was removed already,
 * or is another one of the same name now, stays as it is. Resolves when all is gone.
 *
 * @throws LabError when the cluster cannot be reached, or keeps something
 */
export async function removeMade({
  folder,
  namespace,
  context,
  open,
}: MadeInCluster): Promise<void> {
  const cluster = await tryOpen(open, { folder, namespace, context });
  try {
    const gone: { identity: ObjectIdentity; uid?: string }[] = [];
    for (const made of sortForRemoval(readJournal(folder))) {
      if (await cluster.remove(made.identity, { uid: made.uid })) gone.push(made);
    }
    const own = { apiVersion: 'v1', kind: 'Namespace', name: namespace } as const;
    if (await cluster.remove(own)) gone.push({ identity: own });
    const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' };
    gone.push({ identity: { ...binding, name: namespace } }); // it goes with the namespace
    for (const { identity, uid } of gone) await waitUntilGone(cluster, identity, uid);
  } finally {
    await cluster.close();
  }
}

/** The last first, but what keeps others from being removed before everything else: webhooks whose server goes. */
export function sortForRemoval<T extends { readonly identity: ObjectIdentity }>(
  made: readonly T[],
): readonly T[] {
  const isWebhook = ({ identity: { kind } }: T): boolean => kind.endsWith('WebhookConfiguration');
  const backwards = made.toReversed();
  return [...backwards.filter(isWebhook), ...backwards.filter((each) => !isWebhook(each))];
}

async function waitUntilGone(
  cluster: Cluster,
  identity: ObjectIdentity,
  uid: string | undefined,
): Promise<void> {
  await waitUntil(
    async () => {
      const found = await cluster.get(identity);
      const isAnother = uid !== undefined && found?.metadata.uid !== uid;
      return found === undefined || isAnother ? true : undefined;
    },
    {
      what: `the end of ${formatIdentity(identity)} in ${cluster.context}`,
      timeoutMs,
      everyMs: 200,
    },
  );
}

async function tryOpen(
  open: () => Promise<Cluster>,
  { folder, namespace, context }: Omit<MadeInCluster, 'open'>,
): Promise<Cluster> {
  try {
    return await open();
  } catch (error) {
    throw new LabError(
      `${context} cannot be reached (${describeError(error)}), and what the lab made in it is still there, as the namespace ${namespace}: take the lab down again when it answers; if the cluster is gone for good, remove ${folder}`,
      { cause: error },
    );
  }
}
