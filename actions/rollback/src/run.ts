import {
  finishKilled,
  openDeployment,
  planRollBack,
  rememberEnd,
  rollBack,
  type DeploymentOutcome,
} from '@slipway/flow/deployment';
import type { Runtime } from '@slipway/flow/runtime';
import type { Inputs } from './inputs.js';
import { planInputs } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly outcome: DeploymentOutcome;
}

export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const request = planInputs(inputs);
  const context = await openDeployment(runtime, inputs.place, inputs);
  const outcome = inputs.dryRun
    ? await planRollBack(context, request)
    : await rememberEnd(runtime, () => rollBack(context, request));
  return { inputs, outcome };
}

export async function finish(
  inputs: Inputs,
  runtime: Runtime,
  state: (name: string) => string | undefined,
): Promise<void> {
  await finishKilled(runtime, inputs.place, state, inputs);
}
