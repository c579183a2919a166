import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { formatPlan, parsePlan, type PromotionPlan } from '@slipway/core/policy';
import { computeDigest, mediaTypes } from '@slipway/io/registry';
import { restoreBundle, type RenderedBundle } from '../deployment/index.js';
import type { RunIdentity } from '../runtime/index.js';
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
  const bundle = restoreBundle(manifest, blobs, file);
  assertFits(plan, bundle, file);
  return { plan, digest: computePlanDigest(plan), bundle };
}

/** The bundle is that of the plan's candidate, and of nothing else. */
function assertFits(plan: PromotionPlan, { config }: RenderedBundle, file: string): void {
  const [, digest = ''] = plan.candidate.split('@');
  const planned = {
    service: plan.service,
    environment: plan.environment,
    version: plan.version,
    migration: plan.migration,
    soak: plan.soakMs,
    image: `${plan.productionImage}@${digest}`,
  };
  const bundled = {
    service: config.service,
    environment: config.environment,
    version: config.version,
    migration: config.migration,
    soak: config.verification.soakMs,
    image: config.images[0]?.reference,
  };
  const differences = Object.entries(planned).filter(
    ([name, value]) => new Map<string, unknown>(Object.entries(bundled)).get(name) !== value,
  );
  if (differences.length === 0) return;
  const names = differences.map(([name]) => name).join(', ');
  throw invalid(file, `its bundle is not that of the plan: ${names}`);
}

/**
 * @param approved what the plan must be
 * @throws SlipwayError `plan-changed` when it is another one
 */
export function assertApproved({ digest, plan }: PlanFile, approved: Digest | undefined): void {
  if (approved === undefined || digest === approved) return;
  throw new SlipwayError(
    'plan-changed',
    `the plan of ${plan.service} ${plan.version} is ${digest}, and ${approved} is to be carried out`,
    { fix: 'Pass the outputs plan and plan-digest of the same step on.' },
  );
}

async function readEntries(file: string): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    const files = await readTar(createReadStream(file), maxBytes);
    return new Map(files.map(({ path, bytes }) => [path, bytes]));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw invalid(file, isAbsent ? 'there is no such file' : describeError(error), error);
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

/** @example describeRun({ repository: 'shop/orders', runId: '42', … }) // 'shop/orders/42' */
export function describeRun({ repository, runId }: RunIdentity): string {
  return `${repository}/${runId}`;
}

/**
 * A review counts for what was planned in its own run.
 *
 * @param run as `describeRun` says it
 * @throws SlipwayError `approval-missing` when the plan needs a review and was made in another run
 */
export function assertOwnRun(plan: PromotionPlan, run: string): void {
  if (plan.approvalEnvironment === undefined || plan.run === run) return;
  throw new SlipwayError(
    'approval-missing',
    `the plan was made in the run ${plan.run}, and this is ${run}: who approved this run did not see it`,
    { fix: 'Plan, approve, apply and deploy in one run of the workflow.' },
  );
}
