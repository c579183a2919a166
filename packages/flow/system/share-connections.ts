import type { Runtime } from '../runtime/index.js';

/** A runtime for several deployments in one place: they share one registry client and one cluster. */
export function shareConnections(runtime: Runtime): Runtime {
  let registry: ReturnType<Runtime['openRegistry']> | undefined;
  let cluster: ReturnType<Runtime['openCluster']> | undefined;
  return {
    ...runtime,
    openRegistry: (inputs, options) => (registry ??= runtime.openRegistry(inputs, options)),
    openCluster: (inputs, options) => (cluster ??= runtime.openCluster(inputs, options)),
  };
}
