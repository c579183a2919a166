import { SlipwayError } from '../errors/index.js';

/** The bundle's config, and the artifact type of its OCI manifest. */
export const bundleMediaType = 'application/vnd.slipway.bundle.v1+json';
/** Layer 1: the rendered manifests, canonical YAML. */
export const manifestsMediaType = 'application/vnd.slipway.manifests.v1+yaml';
/** Layer 2: the sources that they were rendered from, a tar with sorted entries and no times. */
export const sourcesMediaType = 'application/vnd.slipway.sources.v1.tar';

export type Migration = 'none' | 'expand' | 'contract' | 'irreversible';

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

/** What a bundle says about itself; fields of later versions are kept. */
export interface BundleConfig {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  readonly version: string;
  readonly commit?: string;
  readonly source?: string;
  /** RFC 3339, from the commit: never the time of rendering. */
  readonly createdAt?: string;
  readonly images: readonly BundleImage[];
  readonly dependsOn: readonly string[];
  readonly migration: Migration;
  readonly verification: { readonly smokeTest?: SmokeTestPlan; readonly soakMs: number };
  readonly strategy: 'rolling';
  readonly [field: string]: unknown;
}

/**
 * Reads the config of a bundle.
 *
 * @throws SlipwayError `ledger-broken` when it is not one
 */
export function parseBundleConfig(text: string): BundleConfig {
  const value: unknown = JSON.parse(text);
  if (!isBundleConfig(value)) {
    throw new SlipwayError('ledger-broken', 'what the ledger names as a bundle is not one', {
      fix: 'Run slipway verify; somebody else may have written into the ledger’s repository.',
    });
  }
  return value;
}

function isBundleConfig(value: unknown): value is BundleConfig {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const texts = ['service', 'environment', 'namespace', 'version', 'migration', 'strategy'];
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    Array.isArray(fields['images']) &&
    Array.isArray(fields['dependsOn']) &&
    typeof fields['verification'] === 'object'
  );
}
