import {
  formatIdentity,
  identify,
  recordsAt,
  textAt,
  type KubernetesObject,
} from '../manifest/index.js';
import { signalOf, type Signal } from './finding.js';
import type { EventView } from './snapshot.js';
import { shorten } from './text.js';

/** A claim that is not bound, and what was last said of it. */
interface UnboundClaim {
  /** `PersistentVolumeClaim shop/data-db-0` */
  readonly title: string;
  readonly event: EventView | undefined;
}

const telling: ReadonlySet<string> = new Set(['ProvisioningFailed', 'FailedBinding']);

/** The claim for which a pod finds no node, by the scheduler’s message. */
export function findUnboundClaim(
  message: string,
  pod: KubernetesObject,
  eventsAbout: (title: string) => readonly EventView[],
): UnboundClaim | undefined {
  if (!/unbound immediate PersistentVolumeClaim/i.test(message)) return undefined;
  const { namespace = 'default' } = pod.metadata;
  const claims = recordsAt(pod, 'spec', 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== undefined)
    .map((name): UnboundClaim => {
      const title = `PersistentVolumeClaim ${namespace}/${name}`;
      return { title, event: eventsAbout(title).find(({ reason }) => telling.has(reason)) };
    });
  return claims.find(({ event }) => event !== undefined) ?? claims[0];
}

/** A claim that is waited for itself. */
export function detectClaim(
  claim: KubernetesObject,
  events: readonly EventView[],
): Signal | undefined {
  const identity = identify(claim);
  const event = events.find(({ reason }) => telling.has(reason));
  if (claim.kind !== 'PersistentVolumeClaim' || event === undefined) return undefined;
  const where = { object: identity, reason: event.reason };
  return describeClaim('', { title: formatIdentity(identity), event }, where);
}

/** @param start of the sentence, before the claim */
export function describeClaim(
  start: string,
  { title, event }: UnboundClaim,
  where: Pick<Signal['finding'], 'object' | 'pod' | 'reason'>,
): Signal {
  const said = event?.message ?? '';
  const isForGood = /storageclass\S* "[^"]*" not found|no storage class is set/i.test(said);
  const why = said === '' ? '' : `: ${shorten(said)}`;
  const what = start === '' ? `${title} is not bound` : `${start} ${title}, which is not bound`;
  return signalOf(isForGood ? 'volume-unbound' : 'volume-late', `${title}: unbound`, {
    fault: isForGood ? 'candidate' : 'platform',
    sentence: `${what}${why}`,
    fix: isForGood
      ? 'Name a storage class that the cluster has (kubectl get storageclass), or make one the default.'
      : 'Look at the provisioner of its storage class, and at what volumes there are.',
    ...where,
  });
}

/** A claim that is bound only once a pod has it, and none has. */
export function isWaitingForPod(
  claim: KubernetesObject,
  events: readonly EventView[],
  pods: readonly KubernetesObject[],
): boolean {
  const { name, namespace } = claim.metadata;
  const isUsed = pods.some(
    (pod) =>
      pod.metadata.namespace === namespace &&
      recordsAt(pod, 'spec', 'volumes').some(
        (volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === name,
      ),
  );
  return !isUsed && events.some(({ reason }) => reason === 'WaitForFirstConsumer');
}
