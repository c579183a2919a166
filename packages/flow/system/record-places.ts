import type { SystemConfig } from '@slipway/core/config';
import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import { formatRepository, parseRepository } from '@slipway/core/image-ref';
import { parseLedgerTemplate, resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';

/**
 * Where the records of services in environments of a system are.
 *
 * @param environments names of environments of the system
 * @param services names of services of the system
 * @example planRecordPlaces(system, ['production'], ['orders'])
 * // [{ service: 'orders', environment: 'production', isProduction: true, productionImage: … }]
 * @throws SlipwayError `invalid-input` with every ledger that cannot be named, or that two services would share
 */
export function planRecordPlaces(
  system: SystemConfig,
  environments: readonly string[],
  services: readonly string[],
): readonly RecordPlace[] {
  const problems: Problem[] = [];
  const places: RecordPlace[] = [];
  const owners = new Map<string, string>();
  for (const environment of environments) {
    for (const service of services) {
      try {
        const place = planRecordPlace(system, environment, service);
        const ledger = formatRepository(resolveLedgerRepository(place));
        const owner = owners.get(`${environment} ${ledger}`);
        if (owner !== undefined) problems.push(describeShared(place, owner, ledger));
        owners.set(`${environment} ${ledger}`, service);
        places.push(place);
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code !== 'invalid-input') throw error;
        problems.push(...error.problems);
      }
    }
  }
  if (problems.length > 0) throw invalidInput(problems);
  return places;
}

function describeShared(place: RecordPlace, owner: string, ledger: string): Problem {
  return {
    subject: `environments.${place.environment}.ledger`,
    given: ledger,
    expected: `a ledger for each service; ${owner} and ${place.service} would share it`,
    fix: 'Let its template contain {service}, {image} or {production-image}.',
  };
}

function planRecordPlace(system: SystemConfig, environment: string, service: string): RecordPlace {
  const settings = system.environments.get(environment);
  const { image, productionImage } = system.services.get(service) ?? {};
  const ledger = settings?.ledger;
  const where = `services.${service}`;
  return {
    service,
    environment,
    isProduction: settings?.isProduction ?? false,
    ...(image === undefined ? {} : { image: parseRepository(image, `${where}.image`) }),
    ...(productionImage === undefined
      ? {}
      : { productionImage: parseRepository(productionImage, `${where}.production-image`) }),
    ...(ledger === undefined
      ? {}
      : { ledger: parseLedgerTemplate(ledger, `environments.${environment}.ledger`) }),
  };
}
