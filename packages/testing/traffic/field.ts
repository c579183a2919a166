import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import type { CallingClient } from '@slipway/lab/client';
import { formatRelease, type Release } from './release.js';
import type { TrafficStage } from './stage.js';

/** A namespace of its own, with a client that can be set on its service. */
export interface Field {
  readonly stage: TrafficStage;
  readonly namespace: string;
  readonly folder: string;
  /** Writes the manifests into the folder, and answers with the name of the file. */
  write(release: Release, image: string): string;
  /** The pods that there are. */
  listPods(): Promise<ReadonlySet<string>>;
  /** Resolves once there is a pod beside these. */
  awaitNewPod(before: ReadonlySet<string>): Promise<void>;
  /** Calls the service 200 times a second, on new connections and on kept ones, and never a second time. */
  startClient(): Promise<CallingClient>;
  close(): Promise<void>;
}

const everyMs = 5;
/** A machine that is busy is slow; a service that is gone refuses at once. */
const patienceMs = 10_000;
const longestMs = 60_000;

export async function openField(trafficStage: TrafficStage, name: string): Promise<Field> {
  const { cluster, namespace: prefix } = trafficStage.stage;
  const namespace = `${prefix}-${name}`;
  const folder = join(trafficStage.folder, name);
  mkdirSync(folder, { recursive: true });
  const identity = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const stopped = new AbortController();
  const listPods = async (): Promise<ReadonlySet<string>> => {
    const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    return new Set(items.map(({ metadata: { uid = '' } }) => uid));
  };
  return {
    stage: trafficStage,
    namespace,
    folder,
    write: (release, image) => {
      const file = 'web.yaml';
      writeFileSync(join(folder, file), formatRelease(release, image));
      return file;
    },
    listPods,
    awaitNewPod: async (before) => {
      const giveUpMs = systemClock.monotonicMs() + longestMs;
      while ([...(await listPods())].every((pod) => before.has(pod))) {
        if (systemClock.monotonicMs() > giveUpMs) throw new Error(`no new pod in ${namespace}`);
        await systemClock.sleep(50);
      }
    },
    startClient: () => {
      const call = { namespace, service: 'web', path: '/release', name: (body: string) => body };
      return trafficStage.stage.startClient([call], stopped.signal, { everyMs, patienceMs });
    },
    close: async () => {
      stopped.abort();
      await cluster.remove(identity);
    },
  };
}
