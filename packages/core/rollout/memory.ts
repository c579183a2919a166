import { formatIdentity } from '../manifest/index.js';
import { readContainers } from './containers.js';
import { detect } from './detect.js';
import { readImages, type Images } from './detect-overtaken.js';
import { progressOf } from './detect-workload.js';
import type { Signal } from './finding.js';
import {
  containerKey,
  markContainer,
  markEvent,
  type ContainerMark,
  type EventMark,
} from './marks.js';
import { readStatus } from './read-status.js';
import { findSecretMakers } from './secret-makers.js';
import {
  readEvents,
  readWorkloads,
  type EventView,
  type Snapshot,
  type WorkloadView,
} from './snapshot.js';
import type { RolloutStatus } from './status.js';

/** One thing that is wrong, and since when. */
export interface Sighting {
  readonly signal: Signal;
  readonly firstMs: number;
}

interface Progress {
  readonly signature: string;
  readonly atMs: number;
}

/** What is remembered of a rollout from one snapshot to the next; a value, never changed in place. */
export interface RolloutMemory {
  /** Wall time of the apply, in milliseconds: older events are of the rollout before. */
  readonly sinceMs: number;
  /** The field manager that applied; undefined when nobody did. */
  readonly manager: string | undefined;
  readonly isEmpty: boolean;
  /** By `formatIdentity`, in the order of the workloads. */
  readonly statuses: ReadonlyMap<string, RolloutStatus>;
  readonly sightings: ReadonlyMap<string, Sighting>;
  readonly progress: ReadonlyMap<string, Progress>;
  /** As they were first seen. */
  readonly images: ReadonlyMap<string, Images>;
  readonly containers: ReadonlyMap<string, ContainerMark>;
  readonly events: ReadonlyMap<string, EventMark>;
}

export function startMemory(sinceMs: number, manager?: string): RolloutMemory {
  return {
    sinceMs,
    manager,
    isEmpty: true,
    statuses: new Map(),
    sightings: new Map(),
    progress: new Map(),
    images: new Map(),
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
  const workloads = readWorkloads(snapshot);
  const all = readEvents(snapshot).toSorted((a, b) => b.lastMs - a.lastMs);
  const events = markEvents(memory, all);
  const containers = markContainers(memory, workloads, atMs);
  const images = keepImages(memory, workloads);
  const seen = detectAll(memory, snapshot, { workloads, all, events, containers, images });
  return {
    ...memory,
    isEmpty: false,
    statuses: readStatuses(memory, snapshot, { workloads, all, events, containers, atMs }),
    sightings: mergeSightings(memory.sightings, seen, atMs),
    progress: markProgress(memory, workloads, atMs),
    images,
    containers,
    events,
  };
}

interface Seen {
  readonly workloads: readonly WorkloadView[];
  /** Newest first. */
  readonly all: readonly EventView[];
  readonly containers: ReadonlyMap<string, ContainerMark>;
}

function detectAll(
  memory: RolloutMemory,
  { objects }: Snapshot,
  seen: Seen & Pick<RolloutMemory, 'events' | 'images'>,
): readonly Signal[] {
  const { workloads, all, events, containers, images } = seen;
  const { sinceMs, manager } = memory;
  const fresh = all.filter(({ key }) => events.get(key)?.isFresh === true);
  const byUid = Map.groupBy(fresh, ({ about }) => about.uid);
  const byTitle = Map.groupBy(fresh, ({ about }) => about.title);
  const makers = findSecretMakers(objects);
  return workloads.flatMap((workload) =>
    detect(workload, {
      sinceMs,
      manager,
      wasThere: wasThere(memory, workload),
      images: images.get(formatIdentity(workload.identity)),
      containers,
      eventsOf: (uid = '') => byUid.get(uid) ?? [],
      eventsAbout: (title) => byTitle.get(title) ?? [],
      makers,
    }),
  );
}

function markEvents(
  memory: RolloutMemory,
  all: readonly EventView[],
): ReadonlyMap<string, EventMark> {
  const { isEmpty, sinceMs } = memory;
  return new Map(
    all.map((event) => [
      event.key,
      markEvent(memory.events.get(event.key), event, { isFirst: isEmpty, sinceMs }),
    ]),
  );
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

function markProgress(
  memory: RolloutMemory,
  workloads: readonly WorkloadView[],
  atMs: number,
): ReadonlyMap<string, Progress> {
  return new Map(
    workloads.map((workload) => {
      const key = formatIdentity(workload.identity);
      const before = memory.progress.get(key);
      const signature = progressOf(workload);
      return [key, before?.signature === signature ? before : { signature, atMs }];
    }),
  );
}

function keepImages(
  { images }: RolloutMemory,
  workloads: readonly WorkloadView[],
): ReadonlyMap<string, Images> {
  const seen = workloads.flatMap(({ identity, object }): [string, Images][] =>
    object === undefined ? [] : [[formatIdentity(identity), readImages(object)]],
  );
  return new Map([...seen, ...images]);
}

/** The same thing in several pods is one sighting: told by the pod that tried most, as old as the oldest. */
function mergeSightings(
  before: ReadonlyMap<string, Sighting>,
  found: readonly Signal[],
  atMs: number,
): ReadonlyMap<string, Sighting> {
  const sightings = new Map<string, Sighting>();
  for (const signal of found) {
    const other = sightings.get(signal.key)?.signal;
    const isMore = other === undefined || (signal.attempts ?? 0) > (other.attempts ?? 0);
    const firstMs = before.get(signal.key)?.firstMs ?? atMs;
    sightings.set(signal.key, { signal: isMore ? signal : other, firstMs });
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
  { objects }: Snapshot,
  {
    workloads,
    all,
    events,
    containers,
    atMs,
  }: Seen & Pick<RolloutMemory, 'events'> & { readonly atMs: number },
): ReadonlyMap<string, RolloutStatus> {
  const byTitle = Map.groupBy(all, ({ about }) => about.title);
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  return new Map(
    workloads.map((workload) => {
      const title = formatIdentity(workload.identity);
      const eventsAbout = (about: string): readonly EventView[] => byTitle.get(about) ?? [];
      const freshAbout = (about: string): readonly EventView[] =>
        eventsAbout(about).filter(({ key }) => events.get(key)?.isFresh === true);
      const context = { atMs, wasThere: wasThere(memory, workload), containers, freshAbout };
      return [title, readStatus(workload, { ...context, pods, eventsAbout, title })];
    }),
  );
}
