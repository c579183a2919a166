import type { Repository } from '@slipway/core/image-ref';
import {
  RegistryError,
  parseRegistryMessages,
  readBody,
  tryParseJson,
  type Transport,
} from '../transport/index.js';
import { parseLinks } from './link-header.js';

const maxPageBytes = 16 * 1024 * 1024;
/** A page has a hundred entries or more: a list of so many pages is none that people made. */
const maxPages = 5000;

/** One page of a list. */
interface Page {
  readonly json: unknown;
  /** Whether the registry did the filtering that was asked for. */
  readonly isFiltered: boolean;
}

/**
 * The pages of a list, following `Link: <…>; rel="next"` (RFC 8288); one without a page when there is no such list.
 *
 * @throws RegistryError `registry-corrupt` when the list has no end, or goes on at another host
 */
export async function* fetchPages(
  transport: Transport,
  repository: Repository,
  path: string,
  headers: Readonly<Record<string, string>>,
): AsyncIterable<Answer> {
  const seen = new Set<string>();
  let target: string | URL = path;
  while (seen.size < maxPages) {
    const answer: Answer = await fetchPage(transport, repository, target, headers);
    yield answer;
    const { next } = answer;
    if (next === undefined) return;
    if (seen.has(next.href)) break;
    seen.add(next.href);
    target = next;
  }
  const { registry } = repository;
  throw new RegistryError('registry-corrupt', `${registry} sends a list without an end`, {
    method: 'GET',
    url: new URL(target, `https://${registry}/`),
    fix: `Check that ${registry} is a registry.`,
  });
}

/** One page, and where the next one is; no page where there is no such list. */
interface Answer {
  readonly page?: Page;
  readonly next?: URL | undefined;
  /** There is no such list because there is no such repository. */
  readonly isRepositoryUnknown?: boolean;
}

interface PageOptions {
  readonly isOptional?: boolean;
  readonly access?: 'pull' | 'push';
}

/** One page; one that is optional is not worth another attempt. */
export function fetchPage(
  transport: Transport,
  repository: Repository,
  target: string | URL,
  headers: Readonly<Record<string, string>>,
  { isOptional = false, access = 'pull' }: PageOptions = {},
): Promise<Answer> {
  const send = isOptional ? transport.sendOnce.bind(transport) : transport.send.bind(transport);
  return send(
    { method: 'GET', repository, access, target, headers, accept: [200, 404] },
    async ({ status, url, headers: answered, body }) => {
      const text = (await readBody(body, maxPageBytes)).toString();
      if (status === 404) {
        const said = parseRegistryMessages(text);
        return { isRepositoryUnknown: said.some(({ code }) => code === 'NAME_UNKNOWN') };
      }
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
      return {
        page: { json, isFiltered },
        next: findNext(answered['link'], url, repository.registry),
      };
    },
  );
}

/**
 * Where the list goes on, always where it began: behind a proxy registries name themselves with another scheme
 * or port, and what comes from another host would be asked for with our credentials.
 *
 * @example findNext('</v2/a/tags/list?last=x>; rel="next"', url, 'registry.example.com') // URL …/v2/a/tags/list?last=x
 */
function findNext(
  header: string | readonly string[] | undefined,
  base: URL,
  registry: string,
): URL | undefined {
  const text = typeof header === 'string' ? header : (header?.join(',') ?? '');
  const link = parseLinks(text).find(({ relations }) => relations.includes('next'));
  if (link === undefined) return undefined;
  const next = URL.parse(link.target, base.href);
  if (next?.hostname === base.hostname) {
    return new URL(`${next.pathname}${next.search}`.replace(/^\/+/, '/'), base.origin);
  }
  throw new RegistryError('registry-corrupt', `${registry} continues a list at another host`, {
    method: 'GET',
    url: base,
    fix: `Check that ${registry} is a registry.`,
  });
}
