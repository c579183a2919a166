import { systemClock, type Clock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import type { ClusterInputs, RegistryInputs } from './common-inputs.js';
import type { RunIdentity } from './environment.js';

/** The collaborators of a running action; what it opens here is closed when it ends. */
export interface Runtime {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the run is cancelled or out of time; its reason is a SlipwayError. */
  readonly signal: AbortSignal;
  readonly run: RunIdentity;
  /** The folder that relative paths are relative to. */
  readonly workspace: string;
  /** A folder for files of this job: `diff`, saved evidence. */
  readonly temporaryFolder: string;
  /** Remembered for the post step of this action. */
  saveState(name: string, value: string): void;
  openRegistry(inputs: RegistryInputs): Promise<RegistryClient>;
  openCluster(inputs: ClusterInputs): Promise<Cluster>;
}

export interface RuntimeOptions extends Pick<
  Runtime,
  'logger' | 'signal' | 'run' | 'workspace' | 'temporaryFolder' | 'saveState'
> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly mask: (secret: string) => void;
}

/** @returns the runtime, and what closes all that was opened through it */
export function createRuntime(options: RuntimeOptions): {
  readonly runtime: Runtime;
  readonly close: () => Promise<void>;
} {
  const { logger, signal } = options;
  const clock = systemClock;
  const opened: { close(): Promise<void> | void }[] = [];
  const runtime: Runtime = {
    ...options,
    clock,
    openRegistry: async (inputs) => {
      for (const { password } of inputs.credentials) options.mask(password.reveal());
      const client = await createRegistryClient({ ...inputs, logger, clock, signal });
      opened.push(client);
      return client;
    },
    openCluster: async (inputs) => {
      const cluster = await openCluster({ ...inputs, logger, clock, signal });
      opened.push(cluster);
      return cluster;
    },
  };
  return {
    runtime,
    close: async () => {
      await Promise.allSettled(opened.map((resource) => resource.close()));
    },
  };
}
