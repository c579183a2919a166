import { isTag, type Repository, type Tag } from '@slipway/core/image-ref';
import { RegistryError, readProperty, type Transport } from '../transport/index.js';
import { fetchPage, fetchPages } from './pages.js';
import type { TagListOptions } from './registry-client.js';

/** More than this is refused by some registries (ECR). */
const pageSize = 1000;

/** See RegistryClient.listTags. */
export async function listTags(
  transport: Transport,
  repository: Repository,
  { last, limit = Number.POSITIVE_INFINITY }: TagListOptions,
): Promise<readonly Tag[]> {
  const query = new URLSearchParams({ n: `${Math.min(limit, pageSize)}` });
  if (last !== undefined) query.set('last', last);
  const tags: Tag[] = [];
  if (limit <= 0) return tags;
  for await (const { page } of fetchPages(
    transport,
    repository,
    `tags/list?${query.toString()}`,
    {},
  )) {
    const found = readProperty(page?.json, 'tags');
    for (const name of Array.isArray(found) ? found : []) {
      // A registry that pays no heed to `last` sends everything; what is no tag, nobody can ask for.
      if (typeof name !== 'string' || !isTag(name)) continue;
      if (last !== undefined && name <= last) continue;
      tags.push(name);
      if (tags.length === limit) return tags;
    }
  }
  return tags;
}

/** See RegistryClient.tryListAllTags. What it saves are questions: where it fails for whatever reason they are asked. */
export async function tryListAllTags(
  transport: Transport,
  repository: Repository,
): Promise<ReadonlySet<string> | undefined> {
  const answer = await tryAsk(transport, repository, `tags/list?n=${pageSize}`, 'pull');
  if (answer?.page === undefined || answer.next !== undefined) return undefined;
  const tags = readProperty(answer.page.json, 'tags');
  if (tags === null) return new Set();
  // Just as many as were asked for may be cut off without a word.
  if (!Array.isArray(tags) || tags.length === pageSize) return undefined;
  return new Set(tags.filter((name) => typeof name === 'string'));
}

/** See RegistryClient.isUnknown. */
export async function isUnknown(transport: Transport, repository: Repository): Promise<boolean> {
  const answer = await tryAsk(transport, repository, 'tags/list?n=1', 'push');
  return answer?.isRepositoryUnknown === true;
}

async function tryAsk(
  transport: Transport,
  repository: Repository,
  path: string,
  access: 'pull' | 'push',
) {
  try {
    return await fetchPage(transport, repository, path, {}, { isOptional: true, access });
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
