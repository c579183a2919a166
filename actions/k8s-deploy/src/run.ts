import { resolve } from 'node:path';
import { describeError } from '@slipway/core/errors';
import type { PromotionPlan } from '@slipway/core/policy';
import type { EventApproval } from '@slipway/core/release';
import {
  deploy,
  finishKilled,
  openDeployment,
  planDeploy,
  planSettle,
  pullOwnBundle,
  rememberEnd,
  renderBundle,
  settle,
  type Bundle,
  type DeploymentContext,
  type DeploymentOutcome,
  type DeployRequest,
} from '@slipway/flow/deployment';
import {
  assertApproved,
  assertOwnRun,
  describeRun,
  fetchPolicy,
  readPlanFile,
} from '@slipway/flow/promotion';
import { isLaptop, type Runtime } from '@slipway/flow/runtime';
import type { BundleInputs, Inputs, RenderInputs } from './inputs.js';
import { admitPlanned, assertPlanned, planPlace, planRender } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly outcome: DeploymentOutcome;
}

/** Has the bundle before the lock, then deploys under it. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { work } = inputs;
  const context = await openDeployment(runtime, planPlace(inputs), inputs);
  if (work.kind === 'settle') {
    const outcome = inputs.dryRun ? await planSettle(context) : await settle(context);
    return { inputs, outcome };
  }
  const prepared =
    work.kind === 'render'
      ? await render(inputs, work, runtime, context)
      : await takePlanned(inputs, work, runtime, context);
  runtime.signal.throwIfAborted();
  const { onFailure, conflicts, migrations, prune, timeoutMs, overrideReason } = inputs;
  const request: DeployRequest = {
    ...prepared,
    intent: 'deploy',
    onFailure,
    conflicts,
    migrations,
    prune,
    timeoutMs,
    ...(overrideReason === undefined ? {} : { overrideReason }),
  };
  const outcome = inputs.dryRun
    ? await planDeploy(context, request)
    : await rememberEnd(runtime, () => deploy(context, request));
  return { inputs, outcome };
}

type Prepared = Pick<DeployRequest, 'bundle' | 'admit' | 'approved'>;

async function render(
  inputs: Inputs,
  work: RenderInputs,
  runtime: Runtime,
  { client }: DeploymentContext,
): Promise<Prepared> {
  const { logger, workspace } = runtime;
  const request = planRender(inputs.place, work, workspace);
  const tools = runtime.openTools(inputs.place.cluster.toolMirror);
  return logger.group('Render the bundle', async () => {
    const bundle = await renderBundle({ client, tools, logger }, request);
    for (const value of (bundle.secrets ?? []).flatMap((secret) => secret.listTelling())) {
      runtime.mask(value);
    }
    tellBundle(bundle, logger);
    return { bundle };
  });
}

/** The very bundle that was planned and approved. */
async function takePlanned(
  inputs: Inputs,
  work: BundleInputs,
  runtime: Runtime,
  context: DeploymentContext,
): Promise<Prepared> {
  const { clock, logger, workspace } = runtime;
  const file = await readPlanFile(resolve(workspace, work.plan));
  assertApproved(file, work.planDigest);
  const { plan, digest } = file;
  assertOwnRun(plan, describeRun(runtime.run));
  const { freezes = [] } = (await fetchPolicy(runtime, work.policy)) ?? {};
  assertPlanned(plan, inputs.place, work);
  logger.info(`plan ${digest}`);
  const bundle = await pullOwnBundle(context, plan.bundle);
  tellBundle(bundle, logger);
  const approvals = await listApprovals(plan, inputs, runtime);
  return {
    bundle,
    approved: { plan: digest, ...(approvals.length === 0 ? {} : { approvals }) },
    admit: (state) => admitPlanned(plan, freezes, state, clock.now().toISOString()),
  };
}

/** Who approved, for the record; whether it was approved is for promote-to-prod to judge. */
async function listApprovals(
  { approvalEnvironment }: PromotionPlan,
  { token }: Inputs,
  runtime: Runtime,
): Promise<readonly EventApproval[]> {
  const { run, logger } = runtime;
  if (approvalEnvironment === undefined || isLaptop(run)) return [];
  try {
    const reviews = await runtime.openGitHub(token).listApprovals(run.runId);
    return reviews
      .filter(
        ({ environment, state }) => environment === approvalEnvironment && state === 'approved',
      )
      .map(({ environment, actor }) => ({ environment, actor }));
  } catch (error) {
    logger.warning(`the ledger will not say who approved: ${describeError(error)}`);
    return [];
  }
}

function tellBundle({ config, digest, objects }: Bundle, logger: Runtime['logger']): void {
  logger.info(`${config.service} ${config.version} for ${config.environment}: ${digest}`);
  for (const { kind, metadata } of objects) logger.info(`  ${kind} ${metadata.name}`);
}

export async function finish(
  inputs: Inputs,
  runtime: Runtime,
  state: (name: string) => string | undefined,
): Promise<void> {
  await finishKilled(runtime, planPlace(inputs), state, inputs);
}
