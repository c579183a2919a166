import { parseRepository, type Repository } from '@slipway/core/image-ref';
import type { EnvironmentChoice, InputReader, ServiceChoice } from '../runtime/index.js';
import { defaultTemplate, parseLedgerTemplate, type RecordPlace } from './repository.js';

/**
 * The record of a service in an environment: the inputs `image`, `production-image` and `ledger`.
 *
 * @param images whether what names the ledger must be known here, or can still be found out
 */
export function readRecordPlace(
  read: InputReader,
  service: ServiceChoice,
  environment: EnvironmentChoice,
  images: 'required' | 'optional' = 'required',
): RecordPlace {
  const isProduction = environment.settings?.isProduction ?? false;
  const ledger = read.optional('ledger', parseLedgerTemplate, environment.settings?.ledger);
  const template = ledger ?? defaultTemplate(isProduction);
  const readImage = (name: string, fallback: string | undefined): Repository | undefined =>
    images === 'required' && template.includes(`{${name}}`)
      ? read.required(name, parseRepository, fallback)
      : read.optional(name, parseRepository, fallback);
  const image = readImage('image', service.settings?.image);
  const productionImage = readImage('production-image', service.settings?.productionImage);
  return {
    service: service.name,
    environment: environment.name,
    isProduction,
    ...(image === undefined ? {} : { image }),
    ...(productionImage === undefined ? {} : { productionImage }),
    ...(ledger === undefined ? {} : { ledger }),
  };
}
