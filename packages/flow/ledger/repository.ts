import { invalidInput } from '@slipway/core/errors';
import { formatRepository, parseRepository, type Repository } from '@slipway/core/image-ref';

const placeholders = ['service', 'image'];
const defaultTemplate = '{image}-ledger';

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
        expected: 'a repository, in which {service} and {image} stand for names',
      },
    ]);
  }
  parseRepository(fill(text, 'service', 'registry.example.com/image'), subject);
  return text;
}

/**
 * The repository that holds a service's record: apart from its images, so that rights can differ and
 * clean-up tools cannot eat the record.
 *
 * @param template absent: `{image}-ledger`
 * @example resolveLedgerRepository(undefined, 'orders', image) // registry.example.com/team/orders-ledger
 */
export function resolveLedgerRepository(
  template: string | undefined,
  service: string,
  image: Repository,
): Repository {
  return parseRepository(
    fill(template ?? defaultTemplate, service, formatRepository(image)),
    'ledger',
  );
}

function fill(template: string, service: string, image: string): string {
  return template.replaceAll('{service}', service).replaceAll('{image}', image);
}
