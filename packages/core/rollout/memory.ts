import { formatIdentity } from '../manifest/index.js';
import { readContainers } from './containers.js';
import { detectCrash } from './detect-crash.js';
import { detectPreparation, detectUnready, detectUnschedulable } from './detect-pod.js';
import { detectPull } from './detect-pull.js';
import { detectStart } from './detect-start.js';
import { detectWorkload, progressOf } from './detect-workload.js';
import type { Signal } from './finding.js';
import {
  containerKey,
  isSteady,
  markContainer,
  markEvent,
  type ContainerMark,
  type EventMark,
} from './marks.js';
import {
  readEvents,
  readWorkloads,
  type EventView,
  type Snapshot,
  type WorkloadView,
} from './snapshot.js';
import { computeWorkloadStatus, type WorkloadStatus } from './workload-status.js';

/** One thing that is wrong, for how long, and where. */
export interface Sighting {
  readonly signal: Signal;
  readonly firstMs: number;
  readonly pods: ReadonlySet<string>;
}

interface Progress {
  readonly signature: string;
  readonly atMs: number;
}

/** What is remembered of a rollout from one snapshot to the next; a value, never changed in place. */
export interface RolloutMemory {
  /** Wall time of the apply, in milliseconds: older events are of the rollout before. */
  readonly sinceMs: number;
  readonly isEmpty: boolean;
  /** By `formatIdentity`, in the order of the workloads. */
  readonly statuses: ReadonlyMap<string, WorkloadStatus>;
  readonly sightings: ReadonlyMap<string, Sighting>;
  readonly progress: ReadonlyMap<string, Progress>;
  readonly containers: ReadonlyMap<string, ContainerMark>;
  readonly events: ReadonlyMap<string, EventMark>;
}

export function startMemory(sinceMs: number): RolloutMemory {
  return {
    sinceMs,
    isEmpty: true,
    statuses: new Map(),
    sightings: new Map(),
    progress: new Map(),
    containers: new Map(),
    events: new Map(),
  };
}

/**
 * Takes in what the API says now.
 *
 * @param atMs monotonic milliseconds, growing from call to call
 */
export function observe(memory: RolloutMemory, snapshot: Snapshot, atMs: number): RolloutMemory {
  const { sinceMs, isEmpty } = memory;
  const workloads = readWorkloads(snapshot);
  const all = readEvents(snapshot).toSorted((a, b) => b.lastMs - a.lastMs);
  const events = new Map(
    all.map((event) => [
      event.key,
      markEvent(memory.events.get(event.key), event, { isFirst: isEmpty, sinceMs }),
    ]),
  );
  const fresh = Map.groupBy(
    all.filter(({ key }) => events.get(key)?.isFresh === true),
    ({ about }) => about.uid,
  );
  const containers = markContainers(memory, workloads, atMs);
  const progress = new Map(
    workloads.map((workload) => {
      const key = formatIdentity(workload.identity);
      const before = memory.progress.get(key);
      const signature = progressOf(workload);
      return [key, before?.signature === signature ? before : { signature, atMs }];
    }),
  );
  const seen = workloads.flatMap((workload) =>
    detect(workload, { memory, containers, eventsOf: (uid = '') => fresh.get(uid) ?? [] }),
  );
  const sightings = mergeSightings(memory.sightings, seen, atMs);
  const statuses = readStatuses(memory, workloads, containers, atMs);
  return { sinceMs, isEmpty: false, statuses, sightings, progress, containers, events };
}

function markContainers(
  memory: RolloutMemory,
  workloads: readonly WorkloadView[],
  atMs: number,
): ReadonlyMap<string, ContainerMark> {
  const { sinceMs } = memory;
  const marks = new Map<string, ContainerMark>();
  for (const pod of workloads.flatMap(({ pods }) => pods)) {
    for (const container of readContainers(pod)) {
      const key = containerKey(pod, container);
      const before = memory.containers.get(key);
      marks.set(key, markContainer(before, pod, container, { atMs, sinceMs }));
    }
  }
  return marks;
}

interface Found {
  readonly signal: Signal;
  readonly pod: string | undefined;
}

interface Known {
  readonly memory: RolloutMemory;
  readonly containers: ReadonlyMap<string, ContainerMark>;
  readonly eventsOf: (uid: string | undefined) => readonly EventView[];
}

function detect(workload: WorkloadView, known: Known): readonly Found[] {
  const { memory, eventsOf } = known;
  const { object, replicaSet } = workload;
  const events = [...eventsOf(object?.metadata.uid), ...eventsOf(replicaSet?.metadata.uid)];
  const { sinceMs } = memory;
  const found = detectWorkload({
    workload,
    events,
    sinceMs,
    wasThere: wasThere(memory, workload),
  });
  return [
    ...found.map((signal) => ({ signal, pod: undefined })),
    ...workload.pods.flatMap((pod) =>
      detectPod(workload, pod, known).map((signal) => ({ signal, pod: pod.metadata.name })),
    ),
  ];
}

function detectPod(
  workload: WorkloadView,
  pod: WorkloadView['pods'][number],
  { containers, eventsOf }: Known,
): readonly Signal[] {
  const events = eventsOf(pod.metadata.uid);
  const views = readContainers(pod);
  const waiting = views.flatMap(({ state }) => (state.kind === 'waiting' ? [state.reason] : []));
  const signals = [
    detectUnschedulable({ workload, pod, events }),
    detectPreparation({ workload, pod, events }, waiting),
    ...views.map((container) => {
      const mark = containers.get(containerKey(pod, container));
      if (mark === undefined) return undefined;
      const subject = { workload, pod, container, mark, events };
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

/** The same thing in several pods is one sighting: told by the pod that tried most, as old as the oldest. */
function mergeSightings(
  before: ReadonlyMap<string, Sighting>,
  found: readonly Found[],
  atMs: number,
): ReadonlyMap<string, Sighting> {
  const sightings = new Map<string, Sighting>();
  for (const { signal, pod } of found) {
    const other = sightings.get(signal.key);
    const isMore = other === undefined || (signal.attempts ?? 0) > (other.signal.attempts ?? 0);
    sightings.set(signal.key, {
      signal: isMore ? signal : other.signal,
      firstMs: before.get(signal.key)?.firstMs ?? atMs,
      pods: new Set([...(other?.pods ?? []), ...(pod === undefined ? [] : [pod])]),
    });
  }
  return sightings;
}

/** Whether it was seen before in this rollout. */
function wasThere({ statuses }: RolloutMemory, { identity }: WorkloadView): boolean {
  const before = statuses.get(formatIdentity(identity));
  return before !== undefined && before.reason !== 'NotFound';
}

function readStatuses(
  memory: RolloutMemory,
  workloads: readonly WorkloadView[],
  containers: ReadonlyMap<string, ContainerMark>,
  atMs: number,
): ReadonlyMap<string, WorkloadStatus> {
  return new Map(
    workloads.map((workload) => [
      formatIdentity(workload.identity),
      readStatus(workload, containers, { atMs, wasThere: wasThere(memory, workload) }),
    ]),
  );
}

function readStatus(
  { object, pods, identity }: WorkloadView,
  containers: ReadonlyMap<string, ContainerMark>,
  look: { readonly atMs: number; readonly wasThere: boolean },
): WorkloadStatus {
  if (object === undefined) {
    return look.wasThere
      ? { state: 'in-progress', reason: 'Deleted', message: 'it was deleted' }
      : { state: 'in-progress', reason: 'NotFound', message: 'it is not there' };
  }
  const status = computeWorkloadStatus(object);
  if (status.state !== 'available' || identity.kind === 'Job') return status;
  const marks = pods.flatMap((pod) =>
    readContainers(pod)
      .filter(({ role }) => role === 'container')
      .map((container) => containers.get(containerKey(pod, container))),
  );
  if (marks.every((mark) => mark === undefined || isSteady(mark, look.atMs))) return status;
  const message = `${status.message}, but without a readiness probe: seeing whether they stay`;
  return { state: 'in-progress', reason: 'Unproven', message };
}
