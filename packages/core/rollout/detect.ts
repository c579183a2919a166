import { formatIdentity, type KubernetesObject } from '../manifest/index.js';
import { hasCompleted } from './completion.js';
import { readContainers } from './containers.js';
import { detectCrash } from './detect-crash.js';
import type { Images } from './detect-overtaken.js';
import { detectPreparation, detectUnready, detectUnschedulable } from './detect-pod.js';
import { detectPull } from './detect-pull.js';
import { detectStart } from './detect-start.js';
import { detectWorkload } from './detect-workload.js';
import type { Signal } from './finding.js';
import { containerKey, type ContainerMark } from './marks.js';
import type { SecretMakers } from './secret-makers.js';
import type { EventView, WorkloadView } from './snapshot.js';

/** What a workload is looked at with. */
export interface Known {
  readonly sinceMs: number;
  readonly manager: string | undefined;
  /** Whether the workload was there before in this rollout, and what images it asked for then. */
  readonly wasThere: boolean;
  readonly images: Images | undefined;
  readonly containers: ReadonlyMap<string, ContainerMark>;
  /** Fresh events, newest first: by the uid of what they are about, and by its title. */
  readonly eventsOf: (uid: string | undefined) => readonly EventView[];
  readonly eventsAbout: (title: string) => readonly EventView[];
  readonly makers: SecretMakers;
}

/** Everything that a workload and the pods of its newest revision show at this moment. */
export function detect(workload: WorkloadView, known: Known): readonly Signal[] {
  const { eventsOf, sinceMs, manager, wasThere, images } = known;
  const { object, replicaSet } = workload;
  const events = [...eventsOf(object?.metadata.uid), ...eventsOf(replicaSet?.metadata.uid)];
  if (
    object === undefined &&
    hasCompleted(workload.identity, known.eventsAbout(formatIdentity(workload.identity)))
  ) {
    return [];
  }
  const found = detectWorkload({ workload, events, sinceMs, manager, wasThere, images });
  return [...found, ...workload.pods.flatMap((pod) => detectPod(workload, pod, known))];
}

function detectPod(
  workload: WorkloadView,
  pod: KubernetesObject,
  { containers, eventsOf, eventsAbout, makers }: Known,
): readonly Signal[] {
  const events = eventsOf(pod.metadata.uid);
  const views = readContainers(pod);
  const waiting = views.flatMap(({ state }) => (state.kind === 'waiting' ? [state.reason] : []));
  const podSubject = { workload, pod, events, eventsAbout, makers };
  const signals = [
    detectUnschedulable(podSubject),
    detectPreparation(podSubject, waiting),
    ...views.map((container) => {
      const mark = containers.get(containerKey(pod, container));
      if (mark === undefined) return undefined;
      const subject = { workload, pod, container, mark, events, makers };
      return (
        detectPull(subject) ??
        detectStart(subject) ??
        detectCrash(subject) ??
        detectUnready(subject)
      );
    }),
  ];
  return signals.filter((signal) => signal !== undefined);
}
