import {
  changeHold,
  openDeployment,
  readDeploymentPlace,
  type DeploymentPlace,
  type HoldOutcome,
  type HoldRequest,
} from '@slipway/flow/deployment';
import type { ActionDefinition, InputReader, Report, Runtime } from '@slipway/flow/runtime';

interface Inputs {
  readonly place: DeploymentPlace;
  readonly request: HoldRequest;
  readonly isDryRun: boolean;
}

async function run({ place, request, isDryRun }: Inputs, runtime: Runtime): Promise<HoldOutcome> {
  const context = await openDeployment(runtime, place);
  const outcome = await changeHold(context, request, { isDryRun });
  const where = `${place.service} in ${place.environment}`;
  runtime.logger.info(describe(where, outcome, isDryRun));
  return outcome;
}

function describe(where: string, { hold, isChanged }: HoldOutcome, isDryRun: boolean): string {
  const would = isDryRun && isChanged ? 'dry run: then ' : '';
  const already = isChanged ? '' : ' already';
  return hold === undefined
    ? `${would}deployments of ${where} are free${already}`
    : `${would}deployments of ${where} are held${already} by ${hold.actor} since ${hold.at}: ${hold.reason}`;
}

function report({ isChanged, hold }: HoldOutcome): Report {
  return {
    outputs: { changed: String(isChanged), hold: JSON.stringify(hold ?? null) },
    summary: '',
  };
}

const outputs = { changed: 'false', hold: 'null' };

function readPlace(read: InputReader): Omit<Inputs, 'request'> {
  return {
    place: readDeploymentPlace(read, read.service(), read.environment()),
    isDryRun: read.boolean('dry-run', false),
  };
}

/** `slipway hold`: no new version of the service is deployed until somebody releases it. */
export const hold = {
  name: 'hold',
  outputs,
  readInputs: (read): Inputs => ({
    ...readPlace(read),
    request: { kind: 'hold', reason: read.required('reason', (text) => text) },
  }),
  run,
  report,
} satisfies ActionDefinition<Inputs, HoldOutcome>;

/** `slipway release-hold`: deployments of the service may go on. */
export const releaseHold = {
  name: 'release-hold',
  outputs,
  readInputs: (read): Inputs => {
    const reason = read.optional('reason', (text) => text);
    return {
      ...readPlace(read),
      request: { kind: 'release-hold', ...(reason === undefined ? {} : { reason }) },
    };
  },
  run,
  report,
} satisfies ActionDefinition<Inputs, HoldOutcome>;
