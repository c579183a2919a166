import { SlipwayError } from '../errors/index.js';
import type { SecretOutline } from '../manifest/index.js';
import type { Level } from '../version/index.js';
import { findMismatch } from '../json-schema/index.js';
import { bundleSchema } from './bundle-schema.js';
import type { Migration } from './migration.js';

/** The bundle's config, and the artifact type of its OCI manifest. */
export const bundleMediaType = 'application/vnd.slipway.bundle.v1+json';
/** Layer 1: the rendered manifests, canonical YAML. */
export const manifestsMediaType = 'application/vnd.slipway.manifests.v1+yaml';
/** Layer 2: the sources that they were rendered from, a tar with sorted entries and no times. */
export const sourcesMediaType = 'application/vnd.slipway.sources.v1.tar';

export interface BundleImage {
  /** The name in the manifests: the repository's last part, or the name that the user gave. */
  readonly name: string;
  /** `repository@sha256:…` */
  readonly reference: string;
}

export interface SmokeTestPlan {
  readonly service: string;
  readonly port: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** What a chart was rendered with; its files and values are in the sources. */
export interface BundleChart {
  /** A folder of the workspace, or `oci://repository@sha256:…`. */
  readonly source: string;
  /** Files, with `{environment}` where they have it. */
  readonly values: readonly string[];
  readonly releaseName: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** What a bundle says about itself; fields of later versions are kept. */
export interface BundleConfig {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  readonly version: string;
  /** What the version changes against the one before it, as image-version computed it. */
  readonly level?: Level | 'none';
  readonly commit?: string;
  readonly source?: string;
  /** RFC 3339, from the commit: never the time of rendering. */
  readonly createdAt?: string;
  readonly images: readonly BundleImage[];
  readonly dependsOn: readonly string[];
  /** Secrets that it needs and whose values it does not hold; absent: none. */
  readonly secrets?: readonly SecretOutline[];
  /** Absent where it was not rendered from a chart. */
  readonly chart?: BundleChart;
  readonly migration: Migration;
  readonly verification: { readonly smokeTest?: SmokeTestPlan; readonly soakMs: number };
  readonly strategy: 'rolling';
  readonly [field: string]: unknown;
}

/**
 * Reads the config of a bundle. Fields that are unknown here are kept.
 *
 * @throws SlipwayError `ledger-broken` when it is not one: the first field that is missing or is not what it
 * should be
 */
export function parseBundleConfig(text: string): BundleConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken('it is not JSON', error);
  }
  if (!isBundleConfig(value)) throw broken(findMismatch(bundleSchema, value) ?? '');
  return value;
}

/** As docs/bundle.schema.json says. */
function isBundleConfig(value: unknown): value is BundleConfig {
  return findMismatch(bundleSchema, value) === undefined;
}

function broken(what: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'ledger-broken',
    `what the ledger names as a bundle is not one: ${what}`,
    {
      cause,
      fix: 'Run slipway verify; somebody else may have written into the ledger’s repository, or a later version.',
    },
  );
}
