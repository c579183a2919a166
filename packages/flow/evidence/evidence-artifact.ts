import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError } from '@slipway/core/errors';
import { parseStatement, statementMediaType, type Statement } from '@slipway/core/evidence';
import type { Digest } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, type Descriptor } from '@slipway/io/registry';

/** A blob of an artifact, in memory. */
interface EvidenceBlob extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  readonly bytes: Uint8Array;
}

/** A statement as OCI content: an empty config, the statement, and the manifest that refers to the image. */
export interface EvidenceArtifact {
  readonly statement: Statement;
  readonly blobs: readonly [config: EvidenceBlob, statement: EvidenceBlob];
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array };
  /** Of the manifest. */
  readonly digest: Digest;
}

/** A statement that is larger says more than a gate has to say. */
export const maxStatementBytes = 4 * 1024 * 1024;

/**
 * Makes a statement a referrer of the image it is about (OCI image specification 1.1, guidelines for
 * artifacts; annotations as in-toto's own tools write them). The same statement is the same bytes.
 *
 * @param image what the statement must be about
 * @param where how to name the statement in an error: its file
 * @example buildEvidenceArtifact(layout.root.descriptor, text, 'out/test-result.json').digest
 * @throws SlipwayError `evidence-invalid` when it is no statement, or is about another digest
 */
export function buildEvidenceArtifact(
  image: Descriptor,
  text: string,
  where: string,
): EvidenceArtifact {
  const statement = parseStatement(text, where);
  refuseOther(statement, image.digest, where);
  const config = toBlob(mediaTypes.emptyJson, Buffer.from('{}'));
  const layer = toBlob(statementMediaType, Buffer.from(text));
  if (layer.size > maxStatementBytes) {
    throw new SlipwayError('evidence-invalid', `${where} is over 4 MiB`, {
      fix: 'Attach what a gate found, not the whole of its logs.',
    });
  }
  const gate = statement.testResult?.gate;
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: statementMediaType,
    config: describe(config),
    layers: [describe(layer)],
    subject: describe(image),
    annotations: {
      'in-toto.io/predicate-type': statement.predicateType,
      ...(gate === undefined ? {} : { 'dev.slipway.gate': gate }),
    },
  });
  const bytes = Buffer.from(manifest);
  return {
    statement,
    blobs: [config, layer],
    manifest: { mediaType: mediaTypes.ociManifest, bytes },
    digest: computeDigest(bytes),
  };
}

/** What a statement is about, for people. */
export function formatSubjects({ subjects }: Statement): string {
  return subjects.length === 0 ? 'no digest' : subjects.join(', ');
}

function refuseOther(statement: Statement, image: Digest, where: string): void {
  if (statement.subjects.includes(image)) return;
  const about = formatSubjects(statement);
  throw new SlipwayError('evidence-invalid', `${where} is about ${about}, not about ${image}`, {
    fix: 'Attach evidence to the very image that was tested; build and test it again if that one is gone.',
  });
}

function toBlob(mediaType: string, bytes: Uint8Array): EvidenceBlob {
  return { mediaType, digest: computeDigest(bytes), size: bytes.byteLength, bytes };
}

/** Only what a descriptor must have: what else a list says of it would change the digest. */
function describe({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
