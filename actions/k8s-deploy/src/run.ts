import { join } from 'node:path';
import {
  deploy,
  openSession,
  planDeploy,
  renderBundle,
  type DeploymentContext,
  type DeploymentOutcome,
  type RenderedBundle,
} from '@slipway/flow/deployment';
import { openLedger } from '@slipway/flow/ledger';
import type { Runtime } from '@slipway/flow/runtime';
import type { Inputs } from './inputs.js';
import { planInputs, type DeployPlan } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly bundle: RenderedBundle;
  readonly outcome: DeploymentOutcome;
}

const beganState = 'slipway-began';

/** Renders before the lock, then deploys under it. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { logger } = runtime;
  const plan = planInputs(inputs, runtime.workspace);
  const context = await openContext(inputs, plan, runtime);
  const bundle = await logger.group('Render the bundle', async () => {
    const rendered = await renderBundle(context.client, plan.render, logger);
    const { config, digest, objects } = rendered;
    logger.info(`${config.service} ${config.version} for ${config.environment}: ${digest}`);
    for (const { kind, metadata } of objects) logger.info(`  ${kind} ${metadata.name}`);
    return rendered;
  });
  runtime.signal.throwIfAborted();
  if (!inputs.dryRun) runtime.saveState(beganState, 'true');
  const { onFailure, conflicts, prune, timeoutMs, overrideReason } = inputs;
  const request = {
    bundle,
    onFailure,
    conflicts,
    prune,
    timeoutMs,
    ...(overrideReason === undefined ? {} : { overrideReason }),
  };
  const outcome = await (inputs.dryRun ? planDeploy : deploy)(context, request);
  return { inputs, bundle, outcome };
}

/**
 * The post step, also after a cancelled or killed one: a deployment that was left unfinished is recorded as
 * abandoned now and not only by the next run. Where everything was finished it finds nothing to do.
 */
export async function finishInterrupted(
  inputs: Inputs,
  runtime: Runtime,
  state: (name: string) => string | undefined,
): Promise<void> {
  if (state(beganState) !== 'true') return;
  const plan = planInputs(inputs, runtime.workspace);
  const context = await openContext(inputs, plan, runtime);
  const head = await context.ledger.read();
  if (head.state.inProgress === undefined) return;
  const session = await openSession(context);
  await session.close();
}

async function openContext(
  { service, namespace, environment, registry, cluster }: Inputs,
  { ledger }: DeployPlan,
  runtime: Runtime,
): Promise<DeploymentContext> {
  const { clock, logger, signal, run: identity } = runtime;
  const client = await runtime.openRegistry(registry, { outlivesSignal: true });
  return {
    service,
    namespace,
    client,
    cluster: await runtime.openCluster(cluster, { outlivesSignal: true }),
    ledger: openLedger({ client, clock, repository: ledger, environment }),
    clock,
    logger,
    signal,
    run: identity,
    evidenceFolder: join(runtime.temporaryFolder, 'slipway-evidence'),
  };
}
