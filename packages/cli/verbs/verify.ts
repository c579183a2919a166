import { SlipwayError } from '@slipway/core/errors';
import { verifyRecord, type RecordVerdict } from '@slipway/flow/deployment';
import {
  readClusterInputs,
  type ActionDefinition,
  type ClusterInputs,
  type InputReader,
  type Report,
  type Runtime,
} from '@slipway/flow/runtime';
import { openRecord, readRecordInputs, type RecordInputs } from './record-inputs.js';

interface Inputs {
  readonly record: RecordInputs;
  readonly namespace: string;
  readonly cluster: ClusterInputs;
}

function readInputs(read: InputReader): Inputs {
  const environment = read.environment();
  const record = readRecordInputs(read, environment);
  return {
    record,
    namespace: read.required('namespace', (text) => text, environment.settings?.namespace),
    cluster: readClusterInputs(read, environment),
  };
}

async function run(inputs: Inputs, runtime: Runtime): Promise<RecordVerdict> {
  const { record, namespace } = inputs;
  const { clock, logger, signal } = runtime;
  const cluster = await runtime.openCluster(inputs.cluster);
  const verdict = await verifyRecord({
    ...(await openRecord(record, runtime)),
    service: record.service,
    namespace,
    cluster,
    clock,
    logger,
    signal,
  });
  const { events, live, problems } = verdict;
  if (problems.length === 0) {
    logger.info(`${record.service} in ${record.environment}: ${events} events, the chain is whole`);
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
  readInputs,
  run,
  report,
} satisfies ActionDefinition<Inputs, RecordVerdict>;
