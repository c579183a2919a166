import { openHistory, readServiceHistory, type ServiceRequest } from '@slipway/flow/history';
import type { Runtime } from '@slipway/flow/runtime';
import { nameRepository, type Inputs } from './inputs.js';
import { planVersion, type ServiceVersion } from './plan.js';

export interface Result {
  readonly inputs: Inputs;
  readonly versions: readonly ServiceVersion[];
  /** Where the repository can be read. */
  readonly url?: string;
}

type Needed = Pick<Runtime, 'logger' | 'signal' | 'workspace' | 'checkout'>;

/** Reads the history and writes nothing, apart from what a shallow clone left out. */
export async function run(inputs: Inputs, runtime: Needed): Promise<Result> {
  const { logger, signal, workspace, checkout } = runtime;
  const requests = inputs.services.map(({ name, tagPrefix, paths }): ServiceRequest => {
    const service = name ?? nameRepository(checkout.repository, workspace);
    return { service, tagPrefix: tagPrefix.replaceAll('{service}', service), paths };
  });
  const { releaseBranches, base } = inputs;
  const options = { signal, logger, checkout, releaseBranches };
  const context = await openHistory(workspace, requests, {
    ...options,
    ...(base === undefined ? {} : { base }),
  });
  const levels = new Map(inputs.levels.map(({ type, level }) => [type, level]));
  const versions: ServiceVersion[] = [];
  for (const request of requests) {
    const history = await readServiceHistory(context, request, levels);
    const planned = planVersion(history, inputs);
    logger.info(`${planned.service} ${planned.version}: ${planned.reason}`);
    versions.push(planned);
  }
  const url = checkout.webUrl ?? (await context.repository.tryFindRemote())?.webUrl;
  return { inputs, versions, ...(url === undefined ? {} : { url }) };
}
