import type { LedgerState } from '@slipway/core/release';
import { findAdoption, tellAdoption, type Adoption } from './adoption.js';
import { applyObjects } from './apply.js';
import type { AppliedObject } from './apply-options.js';
import { checkSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import type { DeployRequest } from './deploy-request.js';
import { fieldManagerOf } from './field-manager.js';
import { withMissingRights } from './missing-rights.js';
import { findRanJobs } from './ran-jobs.js';
import { listStepObjects, planSteps } from './workloads.js';

interface AheadOptions {
  readonly state: LedgerState;
  readonly signal: AbortSignal;
  readonly isDryRun: boolean;
}

interface Ahead {
  readonly adoption: Adoption | undefined;
  /** Jobs that have run, by `formatObjectKey`. */
  readonly ran: ReadonlySet<string>;
  readonly planned: readonly AppliedObject[];
}

/** What is there, and what would become of it: all of it asked before anything is recorded or written. */
export async function lookAhead(
  context: DeploymentContext,
  request: DeployRequest,
  { state, signal, isDryRun }: AheadOptions,
): Promise<Ahead> {
  const { bundle } = request;
  return withMissingRights(context.cluster, bundle.objects, async () => {
    const adoption = await findAdoption(context, state, bundle, signal);
    if (adoption !== undefined) tellAdoption(context, adoption, { isDryRun });
    const ran = await findRanJobs(context, state, bundle);
    const planned = await preflight(context, request, { signal, adoption, ran });
    return { adoption, ran, planned };
  });
}

interface PreflightOptions extends Pick<Ahead, 'adoption' | 'ran'> {
  readonly signal: AbortSignal;
}

/** The server’s own dry run of everything. */
async function preflight(
  { service, cluster, clock, logger }: DeploymentContext,
  request: DeployRequest,
  { signal, adoption, ran }: PreflightOptions,
): Promise<readonly AppliedObject[]> {
  const { bundle, intent, conflicts, migrations = 'run' } = request;
  return logger.group('Ask the API server about everything (dry run)', async () => {
    const created = await checkSecrets(cluster, bundle);
    const objects = listStepObjects(planSteps(bundle.objects, { intent, migrations }));
    const fieldManager = fieldManagerOf(service);
    const dry = { fieldManager, conflicts, dryRun: true, clock, logger, signal, ran } as const;
    const options = { ...dry, ...deployersOf(adoption), ...tellerOf(request) };
    return [...created, ...(await applyObjects(cluster, objects, options)).applied];
  });
}

export function tellerOf({ tellDifference }: DeployRequest): Pick<DeployRequest, 'tellDifference'> {
  return tellDifference === undefined ? {} : { tellDifference };
}

export function deployersOf(adoption: Adoption | undefined): Partial<Pick<Adoption, 'deployers'>> {
  return adoption === undefined ? {} : { deployers: adoption.deployers };
}
