import type { Runtime } from '@slipway/flow/runtime';
import { openLayout, pushImage, type PushResult } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';
import { planPush } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly pushed: PushResult;
  readonly durationMs: number;
}

/** Proves the layout first: nothing is sent of one that is not whole. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock } = runtime;
  const started = clock.monotonicMs();
  const { folder, options } = planPush(inputs, runtime.workspace);
  const layout = await openLayout(folder);
  const client = await runtime.openRegistry(inputs.registry);
  const pushed = await pushImage(client, layout, inputs.image, options);
  return { inputs, pushed, durationMs: clock.monotonicMs() - started };
}
