import { join } from 'node:path';
import { rollBack, type DeploymentOutcome } from '@slipway/flow/deployment';
import { openLedger } from '@slipway/flow/ledger';
import type { Runtime } from '@slipway/flow/runtime';
import type { Inputs } from './inputs.js';
import { planInputs } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly outcome: DeploymentOutcome;
}

export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { service, namespace, environment } = inputs;
  const { clock, logger, signal, run: identity } = runtime;
  const { request, ledger: repository } = planInputs(inputs);
  const client = await runtime.openRegistry(inputs.registry, { outlivesSignal: true });
  const outcome = await rollBack(
    {
      service,
      namespace,
      client,
      cluster: await runtime.openCluster(inputs.cluster, { outlivesSignal: true }),
      ledger: openLedger({ client, clock, repository, environment }),
      clock,
      logger,
      signal,
      run: identity,
      evidenceFolder: join(runtime.temporaryFolder, 'slipway-evidence'),
    },
    request,
  );
  return { inputs, outcome };
}
