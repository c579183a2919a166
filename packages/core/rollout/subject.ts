import { formatIdentity, type KubernetesObject, type ObjectIdentity } from '../manifest/index.js';
import type { ContainerView } from './containers.js';
import type { ContainerMark } from './marks.js';
import type { SecretMakers } from './secret-makers.js';
import type { EventView, WorkloadView } from './snapshot.js';

/** A container of a pod of the newest revision of a workload, with what is remembered and was told of it. */
export interface ContainerSubject {
  readonly workload: WorkloadView;
  readonly pod: KubernetesObject;
  readonly container: ContainerView;
  readonly mark: ContainerMark;
  /** Fresh events about the pod, newest first. */
  readonly events: readonly EventView[];
  readonly makers: SecretMakers;
}

/** `container web of Deployment shop/web` */
export function describeContainer({ workload, container }: ContainerSubject): string {
  return `${container.role} ${container.name} of ${formatIdentity(workload.identity)}`;
}

/** Fields that every finding about a container has. */
export function whereOf({ workload, pod, container }: ContainerSubject): {
  readonly object: ObjectIdentity;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
} {
  return {
    object: workload.identity,
    pod: pod.metadata.name,
    container: container.name,
    image: container.image,
  };
}
