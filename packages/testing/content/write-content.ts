import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '@slipway/io/registry';
import type { TestContent } from './content.js';

/** Writes content as an OCI image layout that names an image and what refers to something. */
export async function writeContent(
  folder: string,
  content: TestContent,
  root: Descriptor,
): Promise<void> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  const parts = [
    ...content.blobs,
    ...content.manifests.map(({ descriptor, bytes }) => [descriptor.digest, bytes] as const),
  ];
  for (const [digest, bytes] of parts) {
    await writeFile(join(folder, 'blobs', ...digest.split(':')), bytes);
  }
  const referrers = content.manifests.filter(({ subject }) => subject !== undefined);
  const manifests = [root, ...referrers.map(({ descriptor }) => descriptor)];
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}
