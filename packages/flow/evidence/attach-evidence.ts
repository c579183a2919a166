import { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import { formatReference, type Digest, type Repository } from '@slipway/core/image-ref';
import type { RegistryClient } from '@slipway/io/registry';
import { buildEvidenceArtifact } from './evidence-artifact.js';

/**
 * Stores a statement as a referrer of the image it is about. The same statement twice is one referrer.
 *
 * @param text an in-toto Statement v1
 * @returns the digest of the referrer's manifest
 * @example await attachEvidence(client, repository, digest, formatTestResult(result))
 * @throws SlipwayError `evidence-invalid` when it is about another digest, `not-found` when there is no such
 * image; nothing is sent then
 */
export async function attachEvidence(
  client: RegistryClient,
  repository: Repository,
  image: Digest,
  text: string,
): Promise<Digest> {
  const name = formatReference({ repository, digest: image });
  const subject = await client.resolve(repository, image);
  if (subject === undefined) {
    throw new SlipwayError('not-found', `the image ${name} is not in the registry`, {
      fix: 'Push the image first, and pass on the output reference of registry-push.',
    });
  }
  const artifact = buildEvidenceArtifact(subject, text, `the evidence for ${name}`);
  for (const { digest, size, bytes } of artifact.blobs) {
    const open = (): Readable => Readable.from([bytes]);
    await client.pushBlob(repository, { digest, size, open });
  }
  return (await client.pushReferrer(repository, artifact.manifest)).digest;
}
