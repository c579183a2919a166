import { systemClock } from '@slipway/io/clock';
import { startClient, type CallingClient } from '../client/index.js';
import { openQuietCluster } from '../open-cluster/index.js';
import type { Stage } from './stage.js';

/** Calls production without end: by turns orders alone, and the page that calls all three. */
export async function startShopClient({
  job: { signal },
  clusters: { production: part },
  kubectl,
  namespace,
}: Stage): Promise<CallingClient> {
  const cluster = await openQuietCluster({ ...part, kubectl, signal });
  const calls = [
    {
      ...{ namespace, service: 'orders', path: '/version' },
      name: (body: string) => `orders ${body}`,
    },
    { namespace, service: 'storefront', path: '/orders/1', name: () => 'the page of an order' },
  ] as const;
  const client = await startClient({ part, cluster, clock: systemClock, signal }, calls);
  let last: ReturnType<CallingClient['stop']> | undefined;
  const stop = async (): ReturnType<CallingClient['stop']> => {
    const tally = await client.stop();
    await cluster.close();
    return tally;
  };
  return { tally: () => last ?? client.tally(), stop: () => (last ??= stop()) };
}
