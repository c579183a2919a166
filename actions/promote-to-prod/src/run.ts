import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import {
  applyPromotion,
  assertApproved,
  describeRun,
  fetchPolicy,
  computePlanDigest,
  planPromotion,
  readPlanFile,
  writePlanFile,
  type AppliedPromotion,
  type PlanFile,
  type PlannedPromotion,
  type PromotionContext,
} from '@slipway/flow/promotion';
import type { Runtime } from '@slipway/flow/runtime';
import type { ApplyInputs, Inputs, PlanInputs } from './inputs.js';
import { assertOwnPlan, planRequest } from './plan.js';

export type Result =
  | {
      readonly mode: 'plan';
      readonly inputs: Inputs;
      readonly work: PlanInputs;
      readonly planned: PlannedPromotion;
      /** Absent when it is blocked. */
      readonly file?: { readonly path: string; readonly digest: Digest };
      readonly diffFile: string;
      /** `https://github.com/shop/orders`; absent on a laptop. */
      readonly repositoryUrl?: string;
    }
  | {
      readonly mode: 'apply';
      readonly inputs: Inputs;
      readonly file: PlanFile;
      readonly applied: AppliedPromotion;
    };

export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger, signal } = runtime;
  const client = await runtime.openRegistry(inputs.registry);
  try {
    const tools = runtime.openTools(inputs.toolMirror);
    const context = { client, tools, clock, logger, signal };
    const { work } = inputs;
    return work.mode === 'plan'
      ? await plan(inputs, work, runtime, context)
      : await apply(inputs, work, runtime, context);
  } finally {
    client.close();
  }
}

async function plan(
  inputs: Inputs,
  work: PlanInputs,
  runtime: Runtime,
  context: PromotionContext,
): Promise<Result> {
  const { logger, temporaryFolder } = runtime;
  const { service } = inputs.place;
  const policy = await fetchPolicy(runtime, inputs.policy);
  const planned = await logger.group('Render and judge', () =>
    planPromotion(context, planRequest(inputs, work, policy, runtime)),
  );
  for (const reason of planned.judged.verdict.reasons) logger.info(reason);
  const diffFile = join(temporaryFolder, `slipway-diff-${service}.patch`);
  await writeFile(diffFile, planned.diff.text);
  const [repositoryUrl = ''] = runtime.run.url.split('/actions/');
  const result = {
    mode: 'plan',
    inputs,
    work,
    planned,
    diffFile,
    ...(repositoryUrl === '' ? {} : { repositoryUrl }),
  } as const;
  if (planned.plan === undefined) return result;
  await assertReviewers(inputs, runtime, planned.plan.approvalEnvironment);
  const path = join(temporaryFolder, `slipway-plan-${service}.tar`);
  await writePlanFile(path, planned.plan, planned.bundle);
  return { ...result, file: { path, digest: computePlanDigest(planned.plan) } };
}

/** An environment that does not exist would be created by the job that names it, without any protection. */
async function assertReviewers(
  { policy }: Inputs,
  runtime: Runtime,
  environment: string | undefined,
): Promise<void> {
  if (environment === undefined) return;
  const { repository } = runtime.run;
  const found = await runtime.openGitHub(policy.token).fetchEnvironment(environment);
  if (found !== undefined && found.reviewers > 0) return;
  const what = found === undefined ? 'does not exist' : 'has no required reviewers';
  throw new SlipwayError(
    'approval-environment-invalid',
    `the approval environment ${environment} of ${repository} ${what}: nobody would be asked`,
    {
      fix: `Create ${environment} under Settings → Environments with required reviewers, or let the policy say approval-environment: none.`,
    },
  );
}

async function apply(
  inputs: Inputs,
  work: ApplyInputs,
  runtime: Runtime,
  context: PromotionContext,
): Promise<Result> {
  const { place, namespace, dryRun } = inputs;
  const { token } = inputs.policy;
  const policy = await fetchPolicy(runtime, inputs.policy);
  const file = await readPlanFile(resolve(runtime.workspace, work.plan));
  assertApproved(file, work.planDigest);
  assertOwnPlan(file.plan, place);
  runtime.logger.info(`plan ${file.digest}: ${file.plan.service} ${file.plan.version}`);
  const applied = await applyPromotion(context, {
    file,
    place,
    namespace,
    ...(policy === undefined ? {} : { policy }),
    listApprovals: () => runtime.openGitHub(token).listApprovals(runtime.run.runId),
    run: describeRun(runtime.run),
    isDryRun: dryRun,
  });
  return { mode: 'apply', inputs, file, applied };
}
