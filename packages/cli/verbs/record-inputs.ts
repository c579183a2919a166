import type { ChainLink } from '@slipway/core/release';
import {
  openLedger,
  readChain,
  readRecordPlace,
  resolveLedgerRepository,
  type Ledger,
  type RecordPlace,
} from '@slipway/flow/ledger';
import { readRegistryInputs, type InputReader, type Runtime } from '@slipway/flow/runtime';
import type { RegistryClient, RegistryOptions } from '@slipway/io/registry';

/** What the commands that read a record take, by the names that the actions use. */
export const recordInputs = {
  service: 'the service; default is the only one in the configuration',
  environment: 'the environment, as the ledger names it',
  config: 'the configuration file; default .github/slipway.yml',
  image: 'the service’s image repository, to find the ledger',
  'production-image': 'the service’s production repository, to find the ledger of production',
  ledger: 'the repository of the record, a template with {service}, {image} and {production-image}',
  'registry-auth': 'host username password',
  'plain-http': 'registries that are spoken to without TLS',
  'ca-certificates': 'a PEM file of certificate authorities',
} as const;

export async function openRecord(
  place: RecordPlace,
  registry: RegistryOptions,
  runtime: Runtime,
): Promise<{ readonly client: RegistryClient; readonly ledger: Ledger }> {
  const { clock, logger } = runtime;
  const client = await runtime.openRegistry(registry);
  const repository = resolveLedgerRepository(place);
  const { environment } = place;
  return { client, ledger: openLedger({ client, clock, logger, repository, environment }) };
}

/** Which record is read. */
export interface RecordInputs {
  readonly place: RecordPlace;
  readonly registry: RegistryOptions;
}

export function readRecordInputs(read: InputReader): RecordInputs {
  return {
    place: readRecordPlace(read, read.service(), read.environment()),
    registry: readRegistryInputs(read),
  };
}

/** Every event of a record, oldest first. */
export async function readRecord(
  { place, registry }: RecordInputs,
  runtime: Runtime,
): Promise<readonly ChainLink[]> {
  const { client, ledger } = await openRecord(place, registry, runtime);
  return readChain(client, ledger.repository, ledger.environment);
}
