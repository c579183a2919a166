import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { formatPlan, parsePlan, type PromotionPlan } from '@slipway/core/policy';
import { computeDigest, mediaTypes } from '@slipway/io/registry';
import { restoreBundle, type RenderedBundle } from '../deployment/index.js';
import { packTar, readTar, type TarFile } from '../tar/index.js';

/** A plan with the very bytes of its bundle. */
export interface PlanFile {
  readonly plan: PromotionPlan;
  /** Of the plan's canonical JSON: what a reviewer approves. */
  readonly digest: Digest;
  readonly bundle: RenderedBundle;
}

const planName = 'plan.json';
const maxBytes = 128 * 1024 * 1024;

/** The digest that names a plan. */
export function computePlanDigest(plan: PromotionPlan): Digest {
  return computeDigest(Buffer.from(formatPlan(plan)));
}

/**
 * Writes a plan as a tar: `plan.json` and the OCI layout of the bundle. The same plan is the same bytes.
 */
export async function writePlanFile(
  file: string,
  plan: PromotionPlan,
  bundle: RenderedBundle,
): Promise<void> {
  const descriptor = {
    mediaType: mediaTypes.ociManifest,
    digest: bundle.digest,
    size: bundle.manifest.length,
  };
  const files: readonly TarFile[] = [
    { path: planName, bytes: Buffer.from(formatPlan(plan)) },
    { path: 'oci-layout', bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    {
      path: 'index.json',
      bytes: Buffer.from(canonicalJson({ schemaVersion: 2, manifests: [descriptor] })),
    },
    { path: blobPath(bundle.digest), bytes: bundle.manifest },
    ...bundle.blobs.map(({ digest, bytes }) => ({ path: blobPath(digest), bytes })),
  ];
  await writeFile(file, await packTar(files));
}

/**
 * Reads what `writePlanFile` wrote, every byte proven by its digest.
 *
 * @throws SlipwayError `source-invalid` when it is missing or not whole
 */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const entries = await readEntries(file);
  const text = entries.get(planName);
  if (text === undefined) throw invalid(file, `it has no ${planName}`);
  const plan = parsePlan(Buffer.from(text).toString('utf8'), file);
  const manifest = entries.get(blobPath(plan.bundle));
  if (manifest === undefined || computeDigest(manifest) !== plan.bundle) {
    throw invalid(file, `it does not hold the bundle ${plan.bundle}`);
  }
  const blobs = new Map(
    [...entries].map(([name, bytes]): [string, Uint8Array] => [digestOfPath(name), bytes]),
  );
  return { plan, digest: computePlanDigest(plan), bundle: restoreBundle(manifest, blobs, file) };
}

async function readEntries(file: string): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    const files = await readTar(createReadStream(file), maxBytes);
    return new Map(files.map(({ path, bytes }) => [path, bytes]));
  } catch (error) {
    throw invalid(file, describeError(error), error);
  }
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

function digestOfPath(path: string): string {
  return path.replace('blobs/sha256/', 'sha256:');
}

function invalid(file: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('source-invalid', `${file} is not a plan of promote-to-prod: ${why}`, {
    cause,
    fix: 'Pass the file of the output plan of promote-to-prod on as it is.',
  });
}
