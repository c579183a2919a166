import { invalidInput } from '@slipway/core/errors';
import { formatRepository, type Repository } from '@slipway/core/image-ref';
import { liveAttempt, type Attempt, type LedgerState } from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';
import { pullBundle, type Bundle } from '../deployment/index.js';
import { openLedger, resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';

/** What is live of a service in an environment, by its record. */
export interface LiveService {
  readonly attempt: Attempt;
  readonly bundle: Bundle;
  /** All that its ledger comes to, of which `attempt` is the live one. */
  readonly state: LedgerState;
}

export interface LiveOptions {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What is live of each service: one look into its ledger and one bundle, all side by side. A service whose
 * record is empty, or of which nothing became available yet, is in the map and undefined.
 *
 * @returns by the name of the service, in the order in which they were asked for
 * @example (await readLiveServices(places, runtime)).get('catalog')?.attempt.version // '1.4.0'
 * @throws SlipwayError `invalid-input` when a service's ledger cannot be named, or is another's; `not-found`
 * when the live bundle is gone; what the registry client throws: in doubt never “nothing is live”
 */
export async function readLiveServices(
  places: readonly RecordPlace[],
  options: LiveOptions,
): Promise<ReadonlyMap<string, LiveService | undefined>> {
  const located = places.map((place) => ({ place, repository: resolveLedgerRepository(place) }));
  const found = await Promise.all(
    located.map(
      async ({ place, repository }) =>
        [place.service, await readLive(place, repository, options)] as const,
    ),
  );
  return new Map(found);
}

async function readLive(
  { service, environment }: RecordPlace,
  repository: Repository,
  { client, clock, logger }: LiveOptions,
): Promise<LiveService | undefined> {
  const ledger = openLedger({ client, clock, logger, repository, environment });
  const { state } = await ledger.read();
  const attempt = liveAttempt(state);
  if (attempt === undefined) return undefined;
  const bundle = await pullBundle(client, repository, attempt.bundle);
  const owner = bundle.config.service;
  if (owner === service) return { attempt, bundle, state };
  throw invalidInput([
    {
      subject: 'ledger',
      given: formatRepository(repository),
      expected: `the record of ${service}; it is that of ${owner}`,
      fix: 'Let the template of the ledger contain {service}, {image} or {production-image}.',
    },
  ]);
}
