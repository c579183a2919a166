import { parseSmokeTest, parseSoak, type SmokeTestSettings } from '@slipway/core/config';
import { invalidInput } from '@slipway/core/errors';
import {
  parseDigest,
  parsePinnedReference,
  type Digest,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { changeLevels, type Level } from '@slipway/core/version';
import {
  readDeploymentPlace,
  readRenderSource,
  type DeploymentPlace,
  type RenderRequest,
  type ServiceImage,
} from '@slipway/flow/deployment';
import { readPolicySource, type PolicySource } from '@slipway/flow/promotion';
import {
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

export interface Inputs {
  readonly place: DeploymentPlace;
  readonly work: RenderInputs | BundleInputs;
  readonly timeoutMs: number;
  readonly onFailure: 'rollback' | 'stop';
  readonly conflicts: 'fail' | 'take';
  readonly prune: boolean;
  readonly overrideReason?: string;
  readonly dryRun: boolean;
}

const secretModes = ['refuse', 'create-once'] as const;

const asText = (text: string): string => text;

const renderInputs = [
  'images',
  'manifests',
  'kustomization',
  'version',
  'level',
  'commit',
  'smoke-test',
];

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const overrideReason = read.optional('override-reason', asText);
  const isBundle =
    environment.settings?.isProduction === true || read.optional('bundle', asText) !== undefined;
  return {
    place: readDeploymentPlace(read, service, environment, isBundle ? 'required' : 'optional'),
    work: isBundle ? readBundle(read) : readRender(read, service, environment),
    timeoutMs: read.duration('timeout', '10m'),
    onFailure: read.choice('on-failure', ['rollback', 'stop'], 'rollback'),
    conflicts: read.choice('conflicts', ['fail', 'take'], 'fail'),
    prune: read.boolean('prune', true),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    dryRun: read.boolean('dry-run', false),
  };
}

function readRender(
  read: InputReader,
  { settings }: ServiceChoice,
  environment: EnvironmentChoice,
): RenderInputs {
  const version = read.optional('version', asText);
  const level = read.optional('level', parseLevel);
  const commit = read.optional('commit', asText);
  const smokeTest = read.optional('smoke-test', parseSmokeTest) ?? settings?.deploy.smokeTest;
  read.optional('github-token', () => undefined); // has a default
  refuseInputs(read, ['plan', 'plan-digest'], {
    expected: 'a plan only together with bundle',
    fix: 'Set bundle as well, or remove plan.',
  });
  return {
    kind: 'render',
    dependsOn: settings?.dependsOn ?? [],
    source: readRenderSource(read, environment.name, settings?.deploy),
    images: read.requiredList('images', parseServiceImage),
    thirdPartyImages: read.choice('third-party-images', ['resolve', 'fail'], 'resolve'),
    secrets: read.choice('secrets', secretModes, 'refuse'),
    ...(version === undefined ? {} : { version }),
    ...(level === undefined ? {} : { level }),
    ...(commit === undefined ? {} : { commit }),
    ...(smokeTest === undefined ? {} : { smokeTest }),
    soakMs: read.withDefault('soak', '0s', parseSoak),
  };
}

/** The only way into production: what was planned and approved, and nothing that is rendered here. */
function readBundle(read: InputReader): BundleInputs {
  refuseInputs(read, renderInputs, {
    expected: 'nothing: the bundle has it all',
    fix: 'Remove it. Production takes only what promote-to-prod has planned: bundle and plan.',
  });
  refuseCreateOnce(read);
  read.choice('third-party-images', ['resolve', 'fail'], 'resolve'); // these two have defaults
  read.withDefault('soak', '0s', parseSoak);
  const planDigest = read.optional('plan-digest', parseDigest);
  return {
    kind: 'bundle',
    bundle: read.required('bundle', parsePinnedReference),
    plan: read.required('plan', asText),
    ...(planDigest === undefined ? {} : { planDigest }),
    policy: readPolicySource(read),
  };
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
