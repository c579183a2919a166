import { createHash } from 'node:crypto';
import type { TestContent } from './content.js';
import { askPlain, type PlainAnswer, type PlainTarget } from './plain-registry.js';

/**
 * Reads all content back, byte by byte, and tells what is not as it should be; nothing when all is.
 *
 * @param options `withTags` also looks for the tags by which manifests belong to an image
 */
export async function findDifferences(
  target: PlainTarget,
  repository: string,
  content: TestContent,
  { withTags = true }: { readonly withTags?: boolean } = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [digest, bytes] of content.blobs) {
    const path = `/v2/${repository}/blobs/${digest}`;
    const { status, body } = await askPlain(target, { path, repository });
    if (status !== 200) found.push(`blob ${digest}: ${status}`);
    else if (!body.equals(bytes)) found.push(`blob ${digest}: other bytes`);
  }
  for (const { descriptor, bytes, subject, tag } of content.manifests) {
    const { digest, mediaType } = descriptor;
    const { status, headers, body } = await getManifest(target, repository, digest);
    const type = headers['content-type']?.split(';')[0];
    if (status !== 200) found.push(`manifest ${digest}: ${status}`);
    else if (!body.equals(bytes)) found.push(`manifest ${digest}: other bytes`);
    else if (type !== mediaType) found.push(`manifest ${digest}: ${type ?? 'no type'}`);
    if (subject !== undefined && !(await listReferrers(target, repository, subject)).has(digest)) {
      found.push(`manifest ${digest}: not listed as referring to ${subject}`);
    }
    if (tag === undefined || !withTags) continue;
    const tagged = await getManifest(target, repository, tag);
    if (!tagged.body.equals(bytes)) found.push(`tag ${tag}: not ${digest}`);
  }
  return found;
}

/** The digests that the registry lists for a subject, by its API or by the fallback tag. */
async function listReferrers(
  target: PlainTarget,
  repository: string,
  subject: string,
): Promise<ReadonlySet<string>> {
  const path = `/v2/${repository}/referrers/${subject}`;
  const answer = await askPlain(target, { path, repository });
  const list =
    answer.status === 200
      ? answer
      : await getManifest(target, repository, subject.replace(':', '-'));
  return new Set(list.status === 200 ? listDigests(list, 'manifests') : []);
}

/** The tags of a repository, in no order; none where it is not there. */
export async function listPlainTags(
  target: PlainTarget,
  repository: string,
): Promise<readonly string[]> {
  const answer = await askPlain(target, { path: `/v2/${repository}/tags/list`, repository });
  if (answer.status !== 200) return [];
  const tags = readField(answer, 'tags');
  return Array.isArray(tags) ? tags.map(String) : [];
}

/** The digest of what a tag names, computed; undefined where there is no such tag. */
export async function readTag(
  target: PlainTarget,
  repository: string,
  tag: string,
): Promise<string | undefined> {
  const { status, body } = await getManifest(target, repository, tag);
  if (status !== 200) return undefined;
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

/** Every tag that names something of which a part is missing, and which part. */
export async function findIncompleteTags(
  target: PlainTarget,
  repository: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const tag of await listPlainTags(target, repository)) {
    for (const missing of await findMissing(target, repository, tag)) {
      found.push(`${tag} is incomplete: ${missing}`);
    }
  }
  return found;
}

async function findMissing(
  target: PlainTarget,
  repository: string,
  reference: string,
): Promise<readonly string[]> {
  const manifest = await getManifest(target, repository, reference);
  if (manifest.status !== 200) return [`manifest ${reference} is missing`];
  const missing: string[] = [];
  for (const digest of [...listDigests(manifest, 'layers'), ...listDigests(manifest, 'config')]) {
    const path = `/v2/${repository}/blobs/${digest}`;
    const { status } = await askPlain(target, { method: 'HEAD', path, repository });
    if (status !== 200) missing.push(`blob ${digest} is missing`);
  }
  for (const digest of listDigests(manifest, 'manifests')) {
    missing.push(...(await findMissing(target, repository, digest)));
  }
  return missing;
}

function getManifest(
  target: PlainTarget,
  repository: string,
  reference: string,
): Promise<PlainAnswer> {
  const path = `/v2/${repository}/manifests/${reference}`;
  return askPlain(target, { path, repository });
}

function listDigests(answer: PlainAnswer, field: string): readonly string[] {
  const value = readField(answer, field);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'digest' in entry ? [String(entry.digest)] : [],
  );
}

function readField({ body }: PlainAnswer, field: string): unknown {
  const value: unknown = JSON.parse(body.toString());
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === field)?.[1]
    : undefined;
}
