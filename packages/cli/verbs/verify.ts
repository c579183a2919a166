import { SlipwayError } from '@slipway/core/errors';
import {
  readDeploymentPlace,
  verifyRecord,
  type DeploymentPlace,
  type RecordVerdict,
} from '@slipway/flow/deployment';
import { readLockHolder } from '@slipway/flow/lock';
import type { ActionDefinition, Report, Runtime } from '@slipway/flow/runtime';
import { openRecord } from './record-inputs.js';

async function run(place: DeploymentPlace, runtime: Runtime): Promise<RecordVerdict> {
  const { service, environment, namespace } = place;
  const { clock, logger, signal } = runtime;
  const cluster = await runtime.openCluster(place.cluster);
  const record = await openRecord(place, place.registry, runtime);
  const seams = { cluster, clock, logger, signal };
  const verdict = await verifyRecord({ ...record, service, namespace, ...seams });
  const { events, live, problems } = verdict;
  const holder = await readLockHolder(cluster, place);
  if (holder !== undefined) {
    const { who, since, lastSeen } = holder;
    logger.info(`locked by ${who} since ${since}, last sign of life ${lastSeen}`);
  }
  if (problems.length === 0) {
    logger.info(`${service} in ${environment}: ${events} events, the chain is whole`);
    logger.info(
      live === undefined
        ? 'nothing is live'
        : `${live.version} (${live.bundle}) is live, and is what runs`,
    );
  }
  return verdict;
}

function report({ problems, events, live }: RecordVerdict): Report {
  const outputs = {
    'is-proven': String(problems.length === 0),
    events: String(events),
    version: live?.version ?? '',
    bundle: live?.bundle ?? '',
  };
  if (problems.length === 0) return { outputs, summary: '' };
  return {
    outputs,
    summary: '',
    failure: new SlipwayError('ledger-broken', problems.join('; '), {
      fix: 'Do not deploy before you know who changed it; a redeploy of the live version mends the cluster.',
    }),
  };
}

/** `slipway verify`: is the record whole, and is what it calls live what runs? */
export const verify = {
  name: 'verify',
  outputs: { 'is-proven': 'false', events: '0', version: '', bundle: '' },
  readInputs: (read) => readDeploymentPlace(read, read.service(), read.environment()),
  run,
  report,
} satisfies ActionDefinition<DeploymentPlace, RecordVerdict>;
