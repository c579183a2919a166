import { parseTag, type Repository, type Tag } from '@slipway/core/image-ref';
import { readProperty, type Transport } from '../transport/index.js';
import { fetchPages } from './pages.js';
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
  for await (const page of fetchPages(transport, repository, `tags/list?${query.toString()}`, {})) {
    const found = readProperty(page?.json, 'tags');
    for (const name of Array.isArray(found) ? found : []) {
      // A registry that pays no heed to `last` sends everything.
      if (typeof name !== 'string' || (last !== undefined && name <= last)) continue;
      tags.push(parseTag(name));
      if (tags.length === limit) return tags;
    }
  }
  return tags;
}
