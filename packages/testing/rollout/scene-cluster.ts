import type { KubernetesObject } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import type { Cluster, ResourceType, WatchEvent } from '@slipway/io/cluster';
import { createManualClock } from '../clock/index.js';
import { createClusterInMemory } from '../cluster/index.js';
import type { Scene } from './play.js';
import { appliedAt } from './scene.js';

export interface SceneOptions {
  readonly scenes: readonly Scene[];
  /** Kinds that may or may not be there, and are: `ExternalSecret`. */
  readonly knows?: readonly string[];
  /** Called before each `list Pod` and `watch Pod`; what it throws is the answer, `end` ends a watch at once. */
  readonly intercept?: (request: string, times: number) => 'end' | undefined;
}

export interface SceneCluster {
  readonly cluster: Cluster;
  /** Time goes on only when nothing else does. */
  readonly clock: Clock;
  readonly requests: readonly string[];
  /** Watches that nobody has ended. */
  readonly countOpen: () => number;
}

/** Lets everything else go on before time does. */
function createPatientClock(): Clock {
  const clock = createManualClock(appliedAt);
  return {
    ...clock,
    sleep: async (ms, signal) => {
      await takeTurns();
      await clock.sleep(ms, signal);
    },
  };
}

async function takeTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A cluster that shows one scene after the other, by a clock of its own. */
export function createSceneCluster({ scenes, knows = [], intercept }: SceneOptions): SceneCluster {
  const clock = createPatientClock();
  const requests: string[] = [];
  let open = 0;
  const sceneNow = (): Scene => scenes.findLast(([at]) => at * 1000 <= clock.monotonicMs()) ?? [0];
  const read = ([, ...objects]: Scene, { kind }: ResourceType): readonly KubernetesObject[] =>
    objects.filter((object) => object.kind === kind);
  const receive = (verb: string, { kind }: ResourceType): 'end' | undefined => {
    const request = `${verb} ${kind}`;
    requests.push(request);
    return intercept?.(request, requests.filter((each) => each === request).length);
  };
  async function* watch(
    type: ResourceType,
    options: Parameters<Cluster['watch']>[1],
  ): AsyncGenerator<WatchEvent> {
    if (receive('watch', type) === 'end') return;
    open += 1;
    let known = sceneNow();
    while (!options.signal.aborted) {
      const scene = sceneNow();
      if (scene !== known) {
        for (const object of read(scene, type)) yield { type: 'modified', object };
        known = scene;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    open -= 1;
  }
  const cluster: Cluster = {
    ...createClusterInMemory(),
    list: (type) => {
      receive('list', type);
      return Promise.resolve({ resourceVersion: '1', items: read(sceneNow(), type) });
    },
    watch,
    isNamespaced: ({ kind }) => Promise.resolve(knows.includes(kind) ? true : undefined),
  };
  return { cluster, clock, requests, countOpen: () => open };
}
