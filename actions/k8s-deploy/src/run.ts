import {
  deploy,
  finishKilled,
  openDeployment,
  planDeploy,
  rememberEnd,
  renderBundle,
  type DeploymentOutcome,
  type RenderedBundle,
} from '@slipway/flow/deployment';
import type { Runtime } from '@slipway/flow/runtime';
import type { Inputs } from './inputs.js';
import { planInputs } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly bundle: RenderedBundle;
  readonly outcome: DeploymentOutcome;
}

/** Renders before the lock, then deploys under it. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { logger } = runtime;
  const { render, place } = planInputs(inputs, runtime.workspace);
  const context = await openDeployment(runtime, place);
  const bundle = await logger.group('Render the bundle', async () => {
    const rendered = await renderBundle(context.client, render, logger);
    const { config, digest, objects } = rendered;
    logger.info(`${config.service} ${config.version} for ${config.environment}: ${digest}`);
    for (const { kind, metadata } of objects) logger.info(`  ${kind} ${metadata.name}`);
    return rendered;
  });
  runtime.signal.throwIfAborted();
  const { onFailure, conflicts, prune, timeoutMs, overrideReason } = inputs;
  const request = {
    bundle,
    intent: 'deploy' as const,
    onFailure,
    conflicts,
    prune,
    timeoutMs,
    ...(overrideReason === undefined ? {} : { overrideReason }),
  };
  const outcome = inputs.dryRun
    ? await planDeploy(context, request)
    : await rememberEnd(runtime, () => deploy(context, request));
  return { inputs, bundle, outcome };
}

export async function finish(
  inputs: Inputs,
  runtime: Runtime,
  state: (name: string) => string | undefined,
): Promise<void> {
  const { place } = planInputs(inputs, runtime.workspace);
  await finishKilled(runtime, place, state);
}
