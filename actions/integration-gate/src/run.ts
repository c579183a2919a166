import { join } from 'node:path';
import type { KubernetesObject } from '@slipway/core/manifest';
import { runGate, verifyGate, type GateOutcome } from '@slipway/flow/gate';
import type { Runtime } from '@slipway/flow/runtime';
import type { RegistryClient } from '@slipway/io/registry';
import { renderFiles } from '@slipway/io/render';
import type { Inputs } from './inputs.js';
import { planRun, planVerify } from './plan.js';

/** What the gate needs of a running action. */
export type GateRuntime = Pick<
  Runtime,
  | 'logger'
  | 'clock'
  | 'signal'
  | 'run'
  | 'workspace'
  | 'temporaryFolder'
  | 'openRegistry'
  | 'openCluster'
>;

export interface Result {
  readonly inputs: Inputs;
  readonly outcome: GateOutcome;
  readonly durationMs: number;
}

export async function run(inputs: Inputs, runtime: GateRuntime): Promise<Result> {
  const { clock, logger } = runtime;
  const startedMs = clock.monotonicMs();
  const client = await runtime.openRegistry(inputs.place.registry);
  try {
    const outcome =
      inputs.mode === 'verify'
        ? await verifyGate({ client, clock, logger }, planVerify(inputs))
        : await runSuite(inputs, runtime, client);
    return { inputs, outcome, durationMs: clock.monotonicMs() - startedMs };
  } finally {
    client.close();
  }
}

async function runSuite(
  inputs: Inputs,
  runtime: GateRuntime,
  client: RegistryClient,
): Promise<GateOutcome> {
  const { clock, logger, signal, run: identity } = runtime;
  const request = planRun(inputs, await readManifest(inputs, runtime.workspace));
  const context = {
    client,
    clock,
    logger,
    signal,
    run: identity,
    // a cancelled run must still delete its Job
    openCluster: () => runtime.openCluster(inputs.place.cluster, { outlivesSignal: true }),
    folder: join(runtime.temporaryFolder, 'slipway-integration'),
  };
  return runGate(context, request);
}

async function readManifest(
  { suite }: Inputs,
  workspace: string,
): Promise<readonly KubernetesObject[]> {
  if (suite?.kind !== 'manifest') return [];
  return (await renderFiles([suite.file], workspace)).objects;
}
