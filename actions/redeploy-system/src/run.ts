import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlipwayError } from '@slipway/core/errors';
import { toSlipwayError, type Runtime } from '@slipway/flow/runtime';
import {
  chooseServices,
  finishRedeploy,
  planRedeploy,
  redeploy,
  type ChosenService,
  type RedeployPlan,
  type ServiceResult,
} from '@slipway/flow/system';
import type { Inputs } from './inputs.js';
import { planPlaces, planRequest, planResults, planSnapshot } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  /** In the order of the waves; none when it was refused before. */
  readonly results: readonly ServiceResult[];
  /** What was found in the source. */
  readonly chosen: readonly ChosenService[];
  /** The file. */
  readonly snapshot: string;
  /** Why nothing was begun. */
  readonly refusal?: SlipwayError;
  readonly durationMs: number;
}

/** Chooses and proves everything by the registries first; the cluster is touched when nothing is in the way. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger } = runtime;
  const startedMs = clock.monotonicMs();
  const request = planRequest(inputs);
  const client = await runtime.openRegistry(inputs.target.registry);
  const reader = { client, clock, logger };
  logger.info(`Choosing what is good in ${inputs.from}`);
  const { chosen, failure } = await chooseServices(request, reader);
  const snapshot = await writeSnapshot(inputs, runtime, chosen);
  const told = { inputs, chosen, snapshot };
  try {
    if (failure !== undefined) throw failure;
    const plan = await planRedeploy(request, chosen, reader);
    for (const line of formatPlan(plan)) logger.info(line);
    const results =
      inputs.mode === 'plan' ? planResults(plan) : await redeploy(runtime, plan, inputs);
    return { ...told, results, durationMs: clock.monotonicMs() - startedMs };
  } catch (thrown) {
    const refusal = toSlipwayError(thrown);
    return { ...told, results: [], refusal, durationMs: clock.monotonicMs() - startedMs };
  } finally {
    client.close();
  }
}

async function writeSnapshot(
  inputs: Inputs,
  { clock, temporaryFolder }: Runtime,
  chosen: readonly ChosenService[],
): Promise<string> {
  const file = join(temporaryFolder, `slipway-snapshot-${inputs.from}.json`);
  await writeFile(file, planSnapshot(inputs, chosen, clock.now()));
  return file;
}

/** @example formatPlan(plan)[0] // 'Wave 1: catalog 1.4.0 (sha256:…): 1.4.0 is live and known good for 2 h' */
function formatPlan({ waves }: RedeployPlan): readonly string[] {
  return waves.flatMap((wave, index) =>
    wave.map(({ name, bundle, explanation }) => {
      const { config, digest } = bundle;
      return `Wave ${index + 1}: ${name} ${config.version} (${digest}): ${explanation}`;
    }),
  );
}

export async function finish(
  inputs: Inputs,
  runtime: Runtime,
  state: (name: string) => string | undefined,
): Promise<void> {
  await finishRedeploy(runtime, planPlaces(inputs), inputs.target, state);
}
