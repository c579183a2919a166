import { parseSmokeTest, type SmokeTestSettings } from '@slipway/core/config';
import { parseDuration } from '@slipway/core/duration';
import { invalidInput } from '@slipway/core/errors';
import {
  parseDigest,
  parsePinnedReference,
  type Digest,
  type PinnedReference,
} from '@slipway/core/image-ref';
import type { ImagePath } from '@slipway/core/manifest';
import { changeLevels, type Level } from '@slipway/core/version';
import {
  readDeploymentPlace,
  readImagePaths,
  readRenderSource,
  sourceInputs,
  type DeploymentPlace,
  type RenderRequest,
  type ServiceImage,
} from '@slipway/flow/deployment';
import { readPolicySource, type PolicySource } from '@slipway/flow/promotion';
import type { Secret } from '@slipway/core/secret';
import {
  readGitHubToken,
  refuseInputs,
  type EnvironmentChoice,
  type InputReader,
  type ServiceChoice,
} from '@slipway/flow/runtime';

/** A bundle is rendered here. */
export interface RenderInputs {
  readonly kind: 'render';
  readonly dependsOn: readonly string[];
  readonly source: RenderRequest['source'];
  readonly images: readonly [ServiceImage, ...ServiceImage[]];
  readonly imagePaths: readonly ImagePath[];
  readonly thirdPartyImages: 'resolve' | 'fail';
  readonly secrets: 'refuse' | 'create-once';
  readonly version?: string;
  readonly level?: Level | 'none';
  readonly commit?: string;
  readonly smokeTest?: SmokeTestSettings;
  readonly soakMs: number;
}

/** Exactly this bundle is made live. */
export interface BundleInputs {
  readonly kind: 'bundle';
  readonly bundle: PinnedReference;
  /** The plan that was approved, a file. */
  readonly plan: string;
  readonly planDigest?: Digest;
  /** Its freezes are judged once more. */
  readonly policy: PolicySource;
}

/** What is live is judged after its soak. */
export interface SettleInputs {
  readonly kind: 'settle';
}

export interface Inputs {
  readonly place: DeploymentPlace;
  readonly work: RenderInputs | BundleInputs | SettleInputs;
  readonly timeoutMs: number;
  readonly onFailure: 'rollback' | 'stop';
  readonly conflicts: 'fail' | 'take';
  readonly migrations: 'run' | 'skip';
  readonly prune: boolean;
  readonly overrideReason?: string;
  readonly dryRun: boolean;
  /** Shows the deployment on GitHub. */
  readonly token?: Secret;
}

const secretModes = ['refuse', 'create-once'] as const;

const asText = (text: string): string => text;

const renderInputs = ['images', ...sourceInputs, 'version', 'level', 'commit', 'smoke-test'];

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const overrideReason = read.optional('override-reason', asText);
  const isSettle = read.choice('mode', ['deploy', 'settle'], 'deploy') === 'settle';
  const isBundle =
    environment.settings?.isProduction === true || read.optional('bundle', asText) !== undefined;
  const needsImages = isBundle || isSettle ? 'required' : 'optional';
  return {
    place: readDeploymentPlace(read, service, environment, needsImages),
    work: isSettle
      ? readSettle(read)
      : isBundle
        ? readBundle(read)
        : readRender(read, service, environment),
    timeoutMs: read.duration('timeout', '10m'),
    onFailure: read.choice('on-failure', ['rollback', 'stop'], 'rollback'),
    conflicts: read.choice('conflicts', ['fail', 'take'], 'fail'),
    migrations: read.choice('migrations', ['run', 'skip'], 'run'),
    prune: read.boolean('prune', true),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    dryRun: read.boolean('dry-run', false),
    ...readGitHubToken(read),
  };
}

function readRender(
  read: InputReader,
  service: ServiceChoice,
  environment: EnvironmentChoice,
): RenderInputs {
  const { settings } = service;
  const version = read.optional('version', asText);
  const level = read.optional('level', parseLevel);
  const commit = read.optional('commit', asText);
  const smokeTest = read.optional('smoke-test', parseSmokeTest) ?? settings?.deploy.smokeTest;
  refuseInputs(read, ['plan', 'plan-digest'], {
    expected: 'a plan only together with bundle',
    fix: 'Set bundle as well, or remove plan.',
  });
  return {
    kind: 'render',
    dependsOn: settings?.dependsOn ?? [],
    source: readRenderSource(read, service, environment),
    images: read.requiredList('images', parseServiceImage),
    imagePaths: readImagePaths(read, service),
    thirdPartyImages: read.choice('third-party-images', ['resolve', 'fail'], 'resolve'),
    secrets: read.choice('secrets', secretModes, 'refuse'),
    ...(version === undefined ? {} : { version }),
    ...(level === undefined ? {} : { level }),
    ...(commit === undefined ? {} : { commit }),
    ...(smokeTest === undefined ? {} : { smokeTest }),
    soakMs: read.withDefault('soak', '0s', parseDuration),
  };
}

/** The only way into production: what was planned and approved, and nothing that is rendered here. */
function readBundle(read: InputReader): BundleInputs {
  refuseInputs(read, renderInputs, {
    expected: 'nothing: the bundle has it all',
    fix: 'Remove it. Production takes only what promote-to-prod has planned: bundle and plan.',
  });
  refuseCreateOnce(read);
  refuseInputs(read, listChanged(read, ['third-party-images', 'soak']), {
    expected: 'nothing: the bundle has it all',
    fix: 'Remove it, and give it to promote-to-prod where the bundle is planned.',
  });
  const planDigest = read.optional('plan-digest', parseDigest);
  return {
    kind: 'bundle',
    bundle: read.required('bundle', parsePinnedReference),
    plan: read.required('plan', asText),
    ...(planDigest === undefined ? {} : { planDigest }),
    policy: readPolicySource(read),
  };
}

/** A runner gives these also where nobody wrote them. */
const deployDefaults = {
  'third-party-images': 'resolve',
  secrets: 'refuse',
  soak: '0s',
  'on-failure': 'rollback',
  conflicts: 'fail',
  migrations: 'run',
  prune: 'true',
} as const;

const defaulted = [
  'third-party-images',
  'secrets',
  'soak',
  'on-failure',
  'conflicts',
  'migrations',
  'prune',
] as const satisfies readonly (keyof typeof deployDefaults)[];

/** Nothing is deployed: what is live says all. */
function readSettle(read: InputReader): SettleInputs {
  const without = [
    'bundle',
    'plan',
    'plan-digest',
    'override-reason',
    ...listChanged(read, defaulted),
  ];
  refuseInputs(read, [...renderInputs, ...without], {
    expected: 'nothing where mode is settle: it judges what is live',
    fix: 'Remove it, or set mode to deploy.',
  });
  return { kind: 'settle' };
}

/** Those that are not as a runner gives them where nobody wrote them. */
function listChanged(
  read: InputReader,
  names: readonly (keyof typeof deployDefaults)[],
): readonly string[] {
  return names.filter((name) => {
    const usual = deployDefaults[name];
    return (read.optional(name, asText) ?? usual) !== usual;
  });
}

/** Values cannot pass through a plan. */
function refuseCreateOnce(read: InputReader): void {
  const secrets = read.choice('secrets', secretModes, 'refuse');
  if (secrets === 'refuse') return;
  read.refuse({
    subject: 'secrets',
    given: secrets,
    expected: 'refuse: what was planned holds no values',
    fix: 'Create the Secret in production by hand, or use an ExternalSecret or a SealedSecret.',
  });
}

/** @example parseServiceImage('web=registry.example.com/team/orders@sha256:…', 'images') */
function parseServiceImage(text: string, subject: string): ServiceImage {
  const [, name, reference = text] = /^(?<name>[^=@]+)=(?<reference>.*)$/.exec(text) ?? [];
  const image = parsePinnedReference(reference, subject);
  return name === undefined ? { image } : { name, image };
}

function parseLevel(text: string, subject: string): Level | 'none' {
  const level = changeLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw invalidInput([{ subject, given: text, expected: `one of ${changeLevels.join(', ')}` }]);
}
