import { invalidInput } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  parseRepository,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';

/** Whose record it is, and what names the repository that holds it. */
export interface RecordPlace {
  readonly service: string;
  readonly environment: string;
  /** Where only what was promoted is deployed. */
  readonly isProduction: boolean;
  /** The candidate repository. */
  readonly image?: Repository;
  readonly productionImage?: Repository;
  /** A template with `{service}`, `{image}` and `{production-image}`. */
  readonly ledger?: string;
}

const placeholders = ['service', 'image', 'production-image'];

/**
 * An image of somebody else is no version of this service.
 *
 * @param subject the input that names the image
 * @throws SlipwayError `invalid-input` when the service has another repository
 */
export function assertOwnImage(
  { service, image }: RecordPlace,
  given: PinnedReference,
  subject: string,
): void {
  if (image === undefined) return;
  const [own, other] = [formatRepository(image), formatRepository(given.repository)];
  if (own === other) return;
  throw invalidInput([
    {
      subject,
      given: formatReference(given),
      expected: `an image of ${own}, where those of ${service} are`,
      fix: 'Pass the output reference of registry-push on, or mend image in the configuration.',
    },
  ]);
}

/** The template where none is given. */
export function defaultTemplate(isProduction: boolean): string {
  return isProduction ? '{production-image}-ledger' : '{image}-ledger';
}

/**
 * Checks the template that names a ledger's repository.
 *
 * @example parseLedgerTemplate('registry.example.com/ledgers/{service}', 'ledger')
 * @throws SlipwayError `invalid-input`
 */
export function parseLedgerTemplate(text: string, subject: string): string {
  const unknown = [...text.matchAll(/\{(?<name>[^}]*)\}/g)]
    .map(({ groups }) => groups?.['name'] ?? '')
    .filter((name) => !placeholders.includes(name));
  if (unknown.length > 0) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected:
          'a repository, in which {service}, {image} and {production-image} stand for names',
      },
    ]);
  }
  const example = parseRepository('registry.example.com/image');
  const names = { image: example, productionImage: example };
  fill(text, { service: 'service', environment: '', isProduction: false, ...names }, subject);
  return text;
}

/**
 * The repository that holds a service's record: apart from its images, so that rights can differ and
 * clean-up tools cannot eat the record.
 *
 * @example resolveLedgerRepository({ service: 'orders', environment: 'test', isProduction: false, image })
 * // registry.example.com/team/orders-ledger
 * @throws SlipwayError `invalid-input` when the template needs a repository that is not known
 */
export function resolveLedgerRepository(place: RecordPlace): Repository {
  return fill(place.ledger ?? defaultTemplate(place.isProduction), place, 'ledger');
}

function fill(template: string, place: RecordPlace, subject: string): Repository {
  const values: Readonly<Record<string, string | undefined>> = {
    service: place.service,
    image: place.image && formatRepository(place.image),
    'production-image': place.productionImage && formatRepository(place.productionImage),
  };
  const missing = listMissing(template, place);
  if (missing.length > 0) {
    throw invalidInput(
      missing.map((name) => ({
        subject: name,
        expected: `a repository: the ledger of ${place.service} in ${place.environment} is ${template}`,
        fix: `Set ${name} for the service in the configuration, or the input ${name}.`,
      })),
    );
  }
  const text = placeholders.reduce(
    (filled, name) => filled.replaceAll(`{${name}}`, values[name] ?? ''),
    template,
  );
  return parseRepository(text, subject);
}

function listMissing(template: string, place: RecordPlace): readonly string[] {
  const known = { image: place.image, 'production-image': place.productionImage };
  return Object.entries(known)
    .filter(([name, value]) => value === undefined && template.includes(`{${name}}`))
    .map(([name]) => name);
}
