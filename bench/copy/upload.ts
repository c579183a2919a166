import { Readable } from 'node:stream';
import type { Content, ContentBlob, ContentManifest } from './content.js';

/** Puts a content into a repository, with the simplest requests that there are. */
export async function uploadContent(
  host: string,
  repository: string,
  content: Content,
  tag: string,
): Promise<void> {
  const base = `http://${host}/v2/${repository}`;
  for (const blob of content.blobs) await uploadBlob(base, blob);
  for (const manifest of content.manifests) {
    await putManifest(base, manifest.descriptor.digest, manifest);
  }
  await putManifest(base, tag, content.root);
}

async function uploadBlob(base: string, { descriptor, open }: ContentBlob): Promise<void> {
  const opened = await send(`${base}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(opened.headers.get('location') ?? '', base);
  location.searchParams.set('digest', descriptor.digest);
  await send(location, {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(descriptor.size),
    },
    body: Readable.toWeb(Readable.from(open())),
    duplex: 'half',
  });
}

async function putManifest(
  base: string,
  reference: string,
  { descriptor, bytes }: ContentManifest,
): Promise<void> {
  await send(`${base}/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
  });
}

async function send(url: string | URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.ok) return response;
  throw new Error(
    `${init.method ?? 'GET'} ${String(url)}: answered ${response.status} ${text.slice(0, 200)}`,
  );
}

/** Deletes a content from a repository, so that a registry in memory does not grow with every copy. */
export async function removeContent(
  host: string,
  repository: string,
  content: Content,
): Promise<void> {
  const base = `http://${host}/v2/${repository}`;
  const paths = [
    ...content.manifests.toReversed().map(({ descriptor }) => `manifests/${descriptor.digest}`),
    ...content.blobs.map(({ descriptor }) => `blobs/${descriptor.digest}`),
  ];
  for (const path of paths) {
    const answer = await fetch(`${base}/${path}`, { method: 'DELETE' });
    await answer.arrayBuffer();
    if (!answer.ok && answer.status !== 404) {
      throw new Error(`DELETE ${base}/${path}: answered ${answer.status}`);
    }
  }
}
