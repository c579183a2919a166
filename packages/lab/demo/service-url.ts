import { textAt } from '@slipway/core/manifest';
import { openCluster } from '@slipway/io/cluster';
import type { Clock } from '@slipway/io/clock';
import type { ClusterPart } from '../parts/index.js';

/**
 * The address of a Service as soon as there is one: `http://10.151.0.77`. The lab's Service networks are
 * routed from this machine.
 */
export async function findServiceUrl(
  part: ClusterPart,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  options: {
    readonly kubectl: string;
    readonly clock: Clock;
    readonly job: { readonly signal: AbortSignal };
  },
): Promise<string> {
  const { kubectl, clock, job } = options;
  const cluster = await openCluster({
    kubeconfig: part.kubeconfig,
    context: part.context,
    kubectl,
    clock,
    signal: job.signal,
    logger: { info: ignore, warning: ignore, debug: ignore, group: (_title, work) => work() },
  });
  try {
    for (;;) {
      const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name });
      const address = textAt(service, 'spec', 'clusterIP');
      if (address !== undefined) return `http://${address}`;
      await clock.sleep(100, job.signal);
    }
  } finally {
    await cluster.close();
  }
}

function ignore(): void {
  // nobody reads this cluster's log
}
