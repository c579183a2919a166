import { writeFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { formatProvenance, type ProvenanceSource } from '@slipway/core/evidence';
import { tryParseDigest } from '@slipway/core/image-ref';
import type { Runtime } from '../runtime/index.js';
import type { BuiltImage } from './build-layout.js';
import type { BuiltCommit } from './built-commit.js';
import type { ImagePlan, SourcePlan } from './build-plan.js';

/** What is not in the plan. */
export interface ProvenanceFacts {
  readonly engine: string;
  /** The commit that was built; undefined outside of a repository. */
  readonly commit: BuiltCommit | undefined;
  /** What ran in the workspace before. */
  readonly ranBefore: readonly string[];
  /** RFC 3339 */
  readonly startedAt: string;
}

/** Writes how the image came to be. It is about the digest that the build ended with. */
export async function writeProvenance(
  plan: { readonly image: ImagePlan; readonly source: SourcePlan },
  { digest, bases, platforms }: BuiltImage,
  { engine, commit, ranBefore, startedAt }: ProvenanceFacts,
  { clock, run, checkout, workspace }: Pick<Runtime, 'clock' | 'run' | 'checkout' | 'workspace'>,
): Promise<void> {
  const { image, source } = plan;
  const { target } = image;
  const from = commit === undefined ? undefined : toSource(commit, checkout);
  const text = formatProvenance({
    name: image.name,
    digest,
    ...(from === undefined ? {} : { source: from }),
    context: source.folder,
    dockerfile: toRelative(workspace, source.dockerfile),
    ...(target === undefined ? {} : { target }),
    platforms,
    buildArgs: source.buildArgs.map((argument) => argument.split('=')[0] ?? argument),
    secrets: source.secrets.map(({ id }) => id),
    ranBefore,
    engine,
    bases: bases.flatMap((base) => {
      const found = tryParseDigest(base.digest);
      return found === undefined ? [] : [{ name: base.name, digest: found }];
    }),
    builder: checkout.webUrl ?? run.repository,
    ...(run.url === '' ? {} : { run: run.url }),
    startedAt,
    finishedAt: clock.now().toISOString(),
  });
  await writeFile(image.provenance, text);
}

/** The commit on disk is what was built; what GitHub says of its own is told where it is the same. */
function toSource(
  { hash, changed, webUrl }: BuiltCommit,
  checkout: Runtime['checkout'],
): ProvenanceSource {
  const isTold = checkout.commit === hash;
  const url = (isTold ? checkout.webUrl : undefined) ?? webUrl;
  return {
    commit: hash,
    changed,
    ...(url === undefined ? {} : { url }),
    ...(checkout.ref === undefined || !isTold ? {} : { ref: checkout.ref }),
  };
}

function toRelative(workspace: string, path: string): string {
  return isAbsolute(path) ? relative(workspace, path) : path;
}
