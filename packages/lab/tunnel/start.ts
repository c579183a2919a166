import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '@slipway/io/cluster';
import { listAnnounced, portOf, readCarried } from '../announcement/index.js';
import { LabError } from '../errors/index.js';
import { bundleProgram } from '../node-program/index.js';
import { requireRunning, startPartProcess } from '../process/index.js';
import { writeJson } from '../state/index.js';
import { waitUntil } from '../waiting/index.js';
import type { TunnelConfig } from './config.js';
import { describeTunnel } from './objects.js';

export interface TunnelPlace extends TunnelConfig {
  readonly cluster: Cluster;
  readonly image: string;
  readonly signal: AbortSignal | undefined;
}

/** An image that is pulled for the first time takes its time. */
const timeoutMs = 180_000;

/**
 * Lets the nodes of an existing cluster pull from the lab’s registries: each node listens on their ports on its own
 * loopback, and what comes there goes through the API server to the loopback of this machine. Resolves when every
 * registry that is announced now is carried.
 *
 * @throws LabError when it does not come up
 */
export async function startTunnel(place: TunnelPlace): Promise<void> {
  const { cluster, image, signal, ...config } = place;
  const { folder, lab, namespace } = config;
  const nodeEnd = join(folder, 'node-end.mjs');
  const program = join(folder, 'tunnel.mjs');
  await Promise.all([
    bundleProgram(new URL('node-end.ts', import.meta.url), nodeEnd),
    bundleProgram(new URL('main.ts', import.meta.url), program),
  ]);
  for (const object of describeTunnel(namespace, image, readFileSync(nodeEnd, 'utf8')))
    await cluster.create(object);
  const configFile = join(folder, 'tunnel.json');
  writeJson(configFile, config);
  await startPartProcess(folder, {
    name: 'tunnel',
    argv: [process.execPath, program, configFile],
  });
  await waitUntil(
    () => {
      requireRunning(folder);
      const carried = readCarried(folder);
      const problem = carried?.problems[0];
      if (problem !== undefined) throw new LabError(problem.sentence);
      const wanted = listAnnounced(lab).map(portOf);
      return carried !== undefined && wanted.every((port) => carried.ports.includes(port))
        ? true
        : undefined;
    },
    {
      what: `the tunnel, whose pods run ${image} (LAB_IMAGE chooses another)`,
      timeoutMs,
      signal,
    },
  );
}
