import { computeDigest, mediaTypes, type Descriptor } from '@slipway/io/registry';
import type { ContentManifest, TestContent } from './content.js';
import { askPlain, type PlainAnswer, type PlainTarget } from './plain-registry.js';

/**
 * Puts content into a repository, without the client that is to be tested. Where the registry has no
 * referrers API, what refers to a manifest is listed under its fallback tag.
 *
 * @throws Error with what the registry answered when it takes something not
 */
export async function putContent(
  target: PlainTarget,
  repository: string,
  content: TestContent,
): Promise<void> {
  for (const [digest, bytes] of content.blobs) {
    const path = `/v2/${repository}/blobs/uploads/`;
    const opened = await askPlain(target, { method: 'POST', path, repository });
    expectStatus(opened, 202, `POST ${path}`);
    const place = new URL(opened.headers.location ?? '', `http://${target.host}`);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const put = { method: 'PUT', path: place.pathname + place.search, repository, headers };
    expectStatus(await askPlain(target, { ...put, body: bytes }), 201, `PUT ${digest}`);
  }
  for (const entry of content.manifests) {
    await putManifest(target, repository, entry, entry.descriptor.digest);
    if (entry.tag !== undefined) await putManifest(target, repository, entry, entry.tag);
  }
  await putFallbackTags(target, repository, content);
}

/** Gives a manifest a tag. */
export async function putManifest(
  target: PlainTarget,
  repository: string,
  { bytes, descriptor }: Pick<ContentManifest, 'bytes' | 'descriptor'>,
  reference: string,
): Promise<void> {
  const path = `/v2/${repository}/manifests/${reference}`;
  const headers = { 'content-type': descriptor.mediaType };
  const put = { method: 'PUT', path, repository, headers, body: bytes };
  expectStatus(await askPlain(target, put), 201, `PUT ${path}`);
}

async function putFallbackTags(
  target: PlainTarget,
  repository: string,
  content: TestContent,
): Promise<void> {
  const lists = new Map<string, Descriptor[]>();
  for (const { subject, descriptor } of content.manifests) {
    if (subject === undefined) continue;
    lists.set(subject, [...(lists.get(subject) ?? []), descriptor]);
  }
  for (const [subject, manifests] of lists) {
    const path = `/v2/${repository}/referrers/${subject}`;
    const { status } = await askPlain(target, { path, repository });
    if (status === 200) continue;
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
    const bytes = Buffer.from(JSON.stringify(index));
    const digest = computeDigest(bytes);
    const descriptor = { mediaType: mediaTypes.ociIndex, digest, size: bytes.length };
    await putManifest(target, repository, { bytes, descriptor }, subject.replace(':', '-'));
  }
}

function expectStatus({ status, body }: PlainAnswer, expected: number, what: string): void {
  if (status === expected) return;
  throw new Error(`${what}: ${status} instead of ${expected}: ${body.toString().slice(0, 300)}`);
}
