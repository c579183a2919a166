import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { PartLeftOutError } from '../errors/index.js';
import {
  checkExistingCluster,
  checkMachineEngine,
  endExistingCluster,
  findContext,
  findMachineEngine,
  locateKubectl,
  startExistingCluster,
} from '../existing/index.js';
import { ensureBusybox } from '../images/index.js';
import { ensurePackages } from '../packages/index.js';
import { checkRegistry, endRegistry, prepareRegistry, startRegistry } from '../registry/index.js';
import type { Drivers } from './drivers.js';

/** Two labs of different machines at one cluster would listen on the same port of its nodes: each begins elsewhere. */
const firstPorts = { from: 20_000, to: 29_000 };

/**
 * Registries on this machine’s loopback, clusters that exist, and the machine’s own engine.
 *
 * @param kubeconfig as in `KUBECONFIG`
 */
export function existingDrivers(kubeconfig: string): Drivers {
  return {
    registry: (name) => ({
      name: `registry:${name}`,
      needs: [],
      prepare: (context) => prepareRegistry(name, context),
      start: (context) => {
        const firstPort = randomInt(firstPorts.from, firstPorts.to);
        return startRegistry(name, context, { address: '127.0.0.1', firstPort });
      },
      check: (context) => checkRegistry(name, context),
      end: endRegistry,
    }),
    cluster: (name) => ({
      name: `cluster:${name}`,
      needs: [],
      prepare: async ({ log, signal }) => {
        await ensurePackages(['util-linux', 'openssl'], log, signal);
        const kubectl = await locateKubectl(log, signal);
        await findContext(name, { kubeconfig, kubectl, signal });
        await ensureBusybox('docker', log, signal);
      },
      start: (context) => startExistingCluster(name, kubeconfig, context),
      check: (context) => checkExistingCluster(name, context),
      end: endExistingCluster,
    }),
    engine: () => ({
      name: 'engine:docker',
      needs: [],
      prepare: async ({ signal }) => {
        await findMachineEngine(signal);
      },
      start: ({ folder, signal }) => {
        mkdirSync(folder, { recursive: true });
        return findMachineEngine(signal);
      },
      check: checkMachineEngine,
      end: ({ folder }) => rm(folder, { recursive: true, force: true }),
    }),
    daemonless: (name) => {
      throw new PartLeftOutError(`engine:${name}`, 'with existing clusters the engine is docker');
    },
  };
}
