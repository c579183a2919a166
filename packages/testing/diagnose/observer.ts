import type { Cluster } from '@slipway/io/cluster';
import { systemClock } from '@slipway/io/clock';
import type { VisibleSignal } from './row.js';

export interface Observer {
  /** When the signal was first seen, on the monotonic clock; undefined when it never was. */
  stop(): Promise<number | undefined>;
}

const everyMs = 200;

/** Looks at the API beside a deployment for what a row shows; what was there before does not count. */
export async function observeSignal(
  cluster: Cluster,
  namespace: string,
  { type, shows }: VisibleSignal,
  end: AbortSignal,
): Promise<Observer> {
  const list = async () => (await cluster.list(type, { namespace })).items;
  const known = new Set((await list()).filter(shows).map(({ metadata }) => metadata.uid));
  const stopping = new AbortController();
  const until = AbortSignal.any([stopping.signal, end]);
  let seenMs: number | undefined;
  const work = (async () => {
    while (!until.aborted && seenMs === undefined) {
      const items = await list();
      if (items.some((object) => shows(object) && !known.has(object.metadata.uid))) {
        seenMs = systemClock.monotonicMs();
      }
      await systemClock.sleep(everyMs);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await work;
      return seenMs;
    },
  };
}
