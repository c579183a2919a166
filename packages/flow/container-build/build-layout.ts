import { rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { formatTestResult } from '@slipway/core/evidence';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import type { BaseImage, FailedBuild, ImageBuild } from '@slipway/io/engine';
import {
  listPlatforms,
  openLayout,
  type ImageManifest,
  type Layout,
  type Manifest,
} from '@slipway/io/registry';
import type { TestResults } from '../test-report/index.js';
import type { ImagePlan } from './build-plan.js';
import { explainBuild } from './explain-build.js';
import type { StageFailure } from './judge-tests.js';
import type { StageTools } from './stage.js';

export interface BuiltImage {
  readonly layout: string;
  readonly digest: Digest;
  /** Of everything in the layout, compressed. */
  readonly bytes: number;
  /** `linux/amd64` */
  readonly platforms: readonly string[];
  /** What it was built upon, as far as the engine tells. */
  readonly bases: readonly BaseImage[];
}

/** Builds the image, and opens the layout as whoever pushes it will: its digest is that of its bytes. */
export async function buildLayout(
  plan: ImagePlan,
  build: ImageBuild,
  { engine, runtime }: StageTools,
): Promise<BuiltImage | StageFailure> {
  const { labels, annotations, platforms, cacheTo, layout: folder } = plan;
  // they are about an image that will be gone
  for (const old of [plan.evidence, plan.provenance]) await rm(old, { force: true });
  const facts = { labels, annotations, platforms, cacheTo };
  const built = await runtime.logger.group('Build the image', () =>
    writeLayout(folder, () => engine.buildLayout({ ...build, ...facts }, folder)),
  );
  if (built.state === 'failed') return explainBuild('the image', built);
  const layout = await openLayout(folder);
  const { manifests, blobs, root } = layout;
  const sizes = [
    ...manifests.map(({ descriptor }) => descriptor.size),
    ...blobs.map(({ size }) => size),
  ];
  return {
    layout: folder,
    digest: root.descriptor.digest,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    platforms: await readPlatforms(layout),
    bases: built.bases,
  };
}

/** What the disk does not take is no defect of ours (errno(3)). */
const diskCodes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'];

async function writeLayout<T>(folder: string, work: () => Promise<T>): Promise<T | FailedBuild> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string' || !diskCodes.includes(code)) throw error;
    const reason = `its layout cannot be written to ${folder}: ${describeError(error)}`;
    return { state: 'failed', reason, lines: [] };
  }
}

async function readPlatforms(layout: Layout): Promise<readonly string[]> {
  const platforms: string[] = [];
  for (const { config } of listImages(layout, layout.root.manifest)) {
    const value: unknown = JSON.parse(await text(layout.openBlob(config)));
    const fields = new Map<string, unknown>(Object.entries(value ?? {}));
    const parts = ['os', 'architecture', 'variant'].map((key) => fields.get(key));
    platforms.push(parts.filter((part) => typeof part === 'string' && part !== '').join('/'));
  }
  return platforms;
}

/** One for each platform; attestations and what refers to the image are none. */
function listImages(layout: Layout, manifest: Manifest): readonly ImageManifest[] {
  if (manifest.kind === 'image') return [manifest];
  return listPlatforms(manifest).flatMap(({ digest }) => {
    const child = layout.manifests.find(({ descriptor }) => descriptor.digest === digest);
    return child === undefined ? [] : listImages(layout, child.manifest);
  });
}

/**
 * Writes the evidence that the tests of an image passed. It is about the digest of the image that the build
 * ends with, built of the same sources as what was tested.
 */
export async function writeEvidence(
  { name, evidence }: ImagePlan,
  { digest }: BuiltImage,
  { tests, failures, skipped }: TestResults,
  facts: { readonly tested: readonly string[]; readonly at: string; readonly run: string },
): Promise<void> {
  if (failures > 0) throw new SlipwayError('internal', 'evidence of tests that failed');
  const statement = formatTestResult({
    gate: 'unit-tests',
    name,
    digest,
    result: 'PASSED',
    configuration: facts.tested.map((what) => ({ name: what })),
    tests: { passed: tests - failures - skipped, failed: failures, skipped },
    at: facts.at,
    ...(facts.run === '' ? {} : { run: facts.run }),
  });
  await writeFile(evidence, statement);
}
