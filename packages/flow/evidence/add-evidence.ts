import { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import type { Statement } from '@slipway/core/evidence';
import type { Digest } from '@slipway/core/image-ref';
import { parseManifest, type ImageContent } from '@slipway/io/registry';
import { buildEvidenceArtifact, type EvidenceArtifact } from './evidence-artifact.js';
import type { EvidenceFile } from './evidence-files.js';

/** A statement that goes with an image. */
export interface AddedEvidence {
  readonly path: string;
  /** Of the referrer's manifest. */
  readonly digest: Digest;
  readonly statement: Statement;
}

/**
 * Puts statements to an image that is about to be pushed, each as a referrer of it: they are sent, counted and
 * read back with all that belongs to it.
 *
 * @throws SlipwayError `evidence-invalid` with every file that is no statement, or about another digest
 */
export function addEvidence(
  image: ImageContent,
  files: readonly EvidenceFile[],
): { readonly image: ImageContent; readonly evidence: readonly AddedEvidence[] } {
  const built: { readonly path: string; readonly artifact: EvidenceArtifact }[] = [];
  const refused: SlipwayError[] = [];
  for (const { path, text } of files) {
    try {
      built.push({ path, artifact: buildEvidenceArtifact(image.root.descriptor, text, path) });
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      refused.push(error);
    }
  }
  if (refused.length > 0) throw refuse(refused);
  return {
    image: built.reduce((content, { artifact }) => addArtifact(content, artifact), image),
    evidence: built.map(({ path, artifact: { digest, statement } }) => ({
      path,
      digest,
      statement,
    })),
  };
}

function addArtifact(image: ImageContent, artifact: EvidenceArtifact): ImageContent {
  const { digest, manifest: content } = artifact;
  if (image.manifests.some(({ descriptor }) => descriptor.digest === digest)) return image;
  const { mediaType, bytes } = content;
  const descriptor = { mediaType, digest, size: bytes.byteLength };
  const entry = { descriptor, content, manifest: parseManifest(bytes, digest) };
  const known = new Set(image.blobs.map((blob) => blob.digest));
  const added = artifact.blobs.filter((blob) => !known.has(blob.digest));
  return {
    root: image.root,
    manifests: [...image.manifests, entry],
    blobs: [...image.blobs, ...added],
    openBlob: (wanted, start = 0) => {
      const own = added.find((blob) => blob.digest === wanted.digest);
      if (own === undefined) return image.openBlob(wanted, start);
      return Readable.from([own.bytes.subarray(start)]);
    },
  };
}

function refuse(errors: readonly SlipwayError[]): SlipwayError {
  const [fix] = errors.map((error) => error.fix).filter((each) => each !== undefined);
  return new SlipwayError('evidence-invalid', errors.map(({ message }) => message).join('; '), {
    ...(fix === undefined ? {} : { fix }),
  });
}
