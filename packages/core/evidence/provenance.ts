import { canonicalJson } from '../canonical-json/index.js';
import type { Digest } from '../image-ref/index.js';
import { formatDigestSet, statementType } from './statement.js';

/** https://slsa.dev/spec/v1.0/provenance */
const provenancePredicate = 'https://slsa.dev/provenance/v1';

const buildType = 'https://slipway.dev/containerized-build/v1';

/** Where the sources of an image are from. */
export interface ProvenanceSource {
  /** `https://github.com/shop/orders`; absent where nobody knows. */
  readonly url?: string;
  /** `refs/heads/main` */
  readonly ref?: string;
  /** Of git: 40 or 64 hex digits. */
  readonly commit: string;
  /** Files that are not as the commit has them: then it is not the commit that was built. */
  readonly changed: readonly string[];
}

/** How an image came to be. Values of secrets and arguments are no part of it. */
export interface Provenance {
  /** The image, as people call it. */
  readonly name: string;
  readonly digest: Digest;
  /** Absent outside of a repository. */
  readonly source?: ProvenanceSource;
  /** Relative to the root of the repository. */
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly platforms: readonly string[];
  /** Names alone, as BuildKit's own least provenance has it. */
  readonly buildArgs: readonly string[];
  readonly secrets: readonly string[];
  /** What ran in the workspace before, and may have written there: `node:24`, `service test`. */
  readonly ranBefore: readonly string[];
  /** With versions: `podman 4.3.1`. */
  readonly engine: string;
  readonly bases: readonly { readonly name: string; readonly digest: Digest }[];
  /** Who built: the repository of the workflow, or whose laptop it was. */
  readonly builder: string;
  /** The workflow run, for people. */
  readonly run?: string;
  /** RFC 3339 */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * The text of an in-toto Statement v1 with SLSA provenance v1, about exactly one image.
 *
 * @example formatProvenance({ name: 'orders', digest, engine: 'podman 4.3.1', bases: [], … })
 */
export function formatProvenance(provenance: Provenance): string {
  const { name, digest, engine, builder, run, startedAt, finishedAt } = provenance;
  const { context, dockerfile, target, platforms, buildArgs, secrets, source } = provenance;
  const { ranBefore } = provenance;
  return canonicalJson({
    _type: statementType,
    subject: [{ name, digest: formatDigestSet(digest) }],
    predicateType: provenancePredicate,
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          ...(source === undefined || source.changed.length > 0
            ? {}
            : { source: formatSource(source) }),
          context,
          dockerfile,
          ...(target === undefined ? {} : { target }),
          ...(platforms.length === 0 ? {} : { platforms }),
          ...(buildArgs.length === 0 ? {} : { buildArgs }),
          ...(secrets.length === 0 ? {} : { secrets }),
          ...(ranBefore.length === 0 ? {} : { ranBefore }),
        },
        internalParameters: { engine },
        resolvedDependencies: [
          ...(source === undefined ? [] : [formatDependency(source)]),
          ...provenance.bases.map((base) => ({
            uri: `docker://${base.name}`,
            digest: formatDigestSet(base.digest),
          })),
        ],
      },
      runDetails: {
        builder: { id: builder },
        metadata: {
          ...(run === undefined ? {} : { invocationId: run }),
          startedOn: startedAt,
          finishedOn: finishedAt,
        },
      },
    },
  });
}

const listedChanges = 20;

/** What is not the commit has no digest of it: who reads this must not take it for the commit. */
function formatDependency(source: ProvenanceSource): object {
  const { commit, changed } = source;
  const uri = formatSource(source);
  if (changed.length === 0) return { uri, digest: { gitCommit: commit } };
  const listed = changed.slice(0, listedChanges);
  return { uri, annotations: { commit, changedFiles: changed.length, changed: listed } };
}

/** @example formatSource({ url: 'https://github.com/shop/orders', ref: 'refs/heads/main', commit }) // 'git+https://github.com/shop/orders@refs/heads/main' */
function formatSource({ url, ref, commit }: ProvenanceSource): string {
  return url === undefined ? `git:${commit}` : `git+${url}@${ref ?? commit}`;
}
