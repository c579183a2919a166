import { SlipwayError, type FailureCode } from '@slipway/core/errors';
import { parseStatement, statementMediaType, type Statement } from '@slipway/core/evidence';
import { formatReference, type Digest, type Repository } from '@slipway/core/image-ref';
import type { Logger } from '@slipway/io/log';
import {
  mediaTypes,
  parseManifest,
  type Descriptor,
  type ImageManifest,
  type RegistryClient,
} from '@slipway/io/registry';
import { formatSubjects, maxStatementBytes } from './evidence-artifact.js';

/** A statement in a registry. */
export interface StoredEvidence {
  /** Of the referrer's manifest. */
  readonly digest: Digest;
  readonly statement: Statement;
}

/** What is wrong with one artifact, and not with the registry. */
const aboutTheArtifact: readonly FailureCode[] = [
  'evidence-invalid',
  'source-invalid',
  'not-found',
  'registry-corrupt',
  'registry-refused',
];

/**
 * Every in-toto statement that refers to an image and is about it. What claims to be one and is not is told
 * by a warning and left out; a registry that gives no answer is an error, never an empty list.
 *
 * @throws SlipwayError `registry-unreachable`, `registry-denied`
 */
export async function fetchEvidence(
  client: RegistryClient,
  repository: Repository,
  image: Digest,
  logger: Logger,
): Promise<readonly StoredEvidence[]> {
  const listed = await client.listReferrers(repository, image);
  const found = await Promise.all(
    listed.filter(mayBeEvidence).map(async ({ digest }) => {
      try {
        return await tryFetch(client, repository, digest, image);
      } catch (error) {
        if (!(error instanceof SlipwayError) || !aboutTheArtifact.includes(error.code)) throw error;
        const name = formatReference({ repository, digest });
        logger.warning(`${name} does not count as evidence: ${error.message}`);
        return undefined;
      }
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Some lists of referrers give the type of the config instead, or none: the manifest itself decides. */
function mayBeEvidence({ artifactType }: Descriptor): boolean {
  return (
    artifactType === undefined ||
    artifactType === statementMediaType ||
    artifactType === mediaTypes.emptyJson
  );
}

/** Undefined when it does not claim to be evidence. */
async function tryFetch(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  image: Digest,
): Promise<StoredEvidence | undefined> {
  const name = formatReference({ repository, digest });
  const fetched = await client.fetchManifest(repository, digest);
  if (fetched === undefined) throw invalid('it is not in the registry');
  const manifest = parseManifest(fetched.bytes, name);
  if (manifest.kind === 'index' || manifest.artifactType !== statementMediaType) return undefined;
  if (manifest.subject?.digest !== image) {
    throw invalid(`it refers to ${manifest.subject?.digest ?? 'nothing'}, not to ${image}`);
  }
  const layer = readLayer(manifest);
  const bytes = await client.fetchBlob(repository, layer, maxStatementBytes);
  const statement = parseStatement(Buffer.from(bytes).toString('utf8'), layer.digest);
  if (statement.subjects.includes(image)) return { digest, statement };
  throw invalid(`it is about ${formatSubjects(statement)}, not about ${image}`);
}

function readLayer({ layers }: ImageManifest): Descriptor {
  const [layer, ...others] = layers;
  if (layer !== undefined && others.length === 0 && layer.mediaType === statementMediaType) {
    return layer;
  }
  throw invalid(`it does not have one layer of ${statementMediaType}`);
}

function invalid(why: string): SlipwayError {
  return new SlipwayError('evidence-invalid', why);
}
