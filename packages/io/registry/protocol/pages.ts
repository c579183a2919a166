import type { Repository } from '@slipway/core/image-ref';
import { RegistryError, readBody, tryParseJson, type Transport } from '../transport/index.js';

const maxPageBytes = 16 * 1024 * 1024;

/** One page of a list. */
export interface Page {
  readonly json: unknown;
  /** Whether the registry did the filtering that was asked for. */
  readonly isFiltered: boolean;
}

/**
 * The pages of a list, following `Link: <…>; rel="next"` (RFC 8288); undefined when there is no such list.
 */
export async function* fetchPages(
  transport: Transport,
  repository: Repository,
  path: string,
  headers: Readonly<Record<string, string>>,
): AsyncIterable<Page | undefined> {
  const seen = new Set<string>();
  let target: string | URL | undefined = path;
  while (target !== undefined) {
    const { page, next }: Answer = await fetchPage(transport, repository, target, headers);
    yield page;
    target = next === undefined || seen.has(next.href) ? undefined : next;
    if (next !== undefined) seen.add(next.href);
  }
}

/** One page, and where the next one is; no page where there is no such list. */
interface Answer {
  readonly page?: Page;
  readonly next?: URL | undefined;
}

export function fetchPage(
  transport: Transport,
  repository: Repository,
  target: string | URL,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return transport.send(
    { method: 'GET', repository, access: 'pull', target, headers, accept: [200, 404] },
    async ({ status, url, headers: answered, body }) => {
      const text = (await readBody(body, maxPageBytes)).toString();
      if (status === 404) return {};
      const json = tryParseJson(text);
      if (json === undefined) {
        throw new RegistryError('registry-corrupt', `${repository.registry} sends no JSON`, {
          method: 'GET',
          url,
          status,
          fix: `Check that ${repository.registry} is a registry.`,
        });
      }
      const isFiltered = answered['oci-filters-applied'] !== undefined;
      return { page: { json, isFiltered }, next: parseNextLink(answered['link'], url) };
    },
  );
}

/** @example parseNextLink('</v2/a/tags/list?last=x>; rel="next"', url) // URL …/v2/a/tags/list?last=x */
function parseNextLink(header: string | readonly string[] | undefined, base: URL): URL | undefined {
  const text = typeof header === 'string' ? header : (header?.join(',') ?? '');
  for (const [, target = '', parameters = ''] of text.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel="?next"?/i.test(parameters)) return URL.parse(target, base.href) ?? undefined;
  }
  return undefined;
}
