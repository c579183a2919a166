import { parseRepository, type Repository } from '@slipway/core/image-ref';
import {
  openLedger,
  parseLedgerTemplate,
  resolveLedgerRepository,
  type Ledger,
} from '@slipway/flow/ledger';
import {
  readRegistryInputs,
  type EnvironmentChoice,
  type InputReader,
  type Runtime,
} from '@slipway/flow/runtime';
import type { RegistryClient, RegistryOptions } from '@slipway/io/registry';

/** Whose record, and where it is. */
export interface RecordInputs {
  readonly service: string;
  readonly environment: string;
  readonly image: Repository;
  readonly ledger?: string;
  readonly registry: RegistryOptions;
}

/** What the commands that read a record take, by the names that the actions use. */
export const recordInputs = {
  service: 'the service; default is the only one in the configuration',
  environment: 'the environment, as the ledger names it',
  config: 'the configuration file; default .github/slipway.yml',
  image: 'the service’s image repository, to find the ledger',
  ledger: 'the repository of the record, a template with {service} and {image}',
  'registry-auth': 'host username password',
  'plain-http': 'registries that are spoken to without TLS',
  'ca-certificates': 'a PEM file of certificate authorities',
} as const;

export function readRecordInputs(read: InputReader, environment: EnvironmentChoice): RecordInputs {
  const service = read.service();
  const ledger = read.optional('ledger', parseLedgerTemplate, environment.settings?.ledger);
  return {
    service: service.name,
    environment: environment.name,
    image: read.required('image', parseRepository, service.settings?.image),
    ...(ledger === undefined ? {} : { ledger }),
    registry: readRegistryInputs(read),
  };
}

export async function openRecord(
  inputs: RecordInputs,
  runtime: Runtime,
): Promise<{ readonly client: RegistryClient; readonly ledger: Ledger }> {
  const client = await runtime.openRegistry(inputs.registry);
  const { environment, service, image } = inputs;
  const repository = resolveLedgerRepository(inputs.ledger, service, image);
  return {
    client,
    ledger: openLedger({
      client,
      clock: runtime.clock,
      logger: runtime.logger,
      repository,
      environment,
    }),
  };
}
