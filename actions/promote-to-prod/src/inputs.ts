import { parseSmokeTest, type SmokeTestSettings } from '@slipway/core/config';
import {
  parseDigest,
  parsePinnedReference,
  type Digest,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { parseVersion } from '@slipway/core/version';
import { readRenderSource, sourceInputs, type RenderRequest } from '@slipway/flow/deployment';
import { readRecordPlace, type RecordPlace } from '@slipway/flow/ledger';
import { readPolicySource, type PolicySource } from '@slipway/flow/promotion';
import {
  parseName,
  readRegistryInputs,
  readToolInputs,
  refuseInputs,
  type EnvironmentChoice,
  type InputReader,
  type ServiceChoice,
} from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';

/** What is rendered and judged. */
export interface PlanInputs {
  readonly mode: 'plan';
  readonly candidate: PinnedReference;
  readonly imageName?: string;
  readonly version?: string;
  readonly source: RenderRequest['source'];
  readonly thirdPartyImages: RenderRequest['thirdPartyImages'];
  readonly smokeTest?: SmokeTestSettings;
  readonly dependsOn: readonly string[];
}

/** Only a plan: apply never renders. */
export interface ApplyInputs {
  readonly mode: 'apply';
  /** A file. */
  readonly plan: string;
  /** What was approved. */
  readonly planDigest?: Digest;
}

export interface Inputs {
  readonly work: PlanInputs | ApplyInputs;
  readonly place: RecordPlace;
  readonly namespace: string;
  readonly policy: PolicySource;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly registry: RegistryOptions;
  readonly toolMirror?: string;
}

const asText = (text: string): string => text;

/** Inputs that say what is rendered: the plan has it all. */
const renderInputs = ['candidate', 'image-name', 'version', ...sourceInputs, 'smoke-test'];

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const mode = read.choice('mode', ['plan', 'apply'], 'plan');
  const place = readRecordPlace(read, service, environment);
  refuseNonProduction(read, environment);
  return {
    work: mode === 'apply' ? readApply(read) : readPlan(read, service, environment),
    place,
    namespace: read.required('namespace', parseName, environment.settings?.namespace),
    policy: readPolicySource(read),
    timeoutMs: read.duration('timeout', '15m'),
    dryRun: read.boolean('dry-run', false),
    registry: readRegistryInputs(read),
    ...readToolInputs(read),
  };
}

function readPlan(
  read: InputReader,
  service: ServiceChoice,
  environment: EnvironmentChoice,
): PlanInputs {
  const { settings } = service;
  const version = read.optional('version', parseVersion);
  const smokeTest = read.optional('smoke-test', parseSmokeTest) ?? settings?.deploy.smokeTest;
  refuseInputs(read, ['plan', 'plan-digest'], {
    expected: 'nothing: mode plan makes one',
    fix: 'Remove it, or set mode: apply.',
  });
  const imageName = read.optional('image-name', asText);
  return {
    mode: 'plan',
    candidate: read.required('candidate', parsePinnedReference),
    ...(imageName === undefined ? {} : { imageName }),
    ...(version === undefined ? {} : { version }),
    source: readRenderSource(read, service, environment),
    thirdPartyImages: read.choice('third-party-images', ['resolve', 'fail'], 'resolve'),
    ...(smokeTest === undefined ? {} : { smokeTest }),
    dependsOn: settings?.dependsOn ?? [],
  };
}

function readApply(read: InputReader): ApplyInputs {
  refuseInputs(read, renderInputs, {
    expected: 'nothing: mode apply takes what was planned',
    fix: 'Remove it: it is in the plan.',
  });
  read.choice('third-party-images', ['resolve', 'fail'], 'resolve'); // has a default
  const planDigest = read.optional('plan-digest', parseDigest);
  return {
    mode: 'apply',
    plan: read.required('plan', asText),
    ...(planDigest === undefined ? {} : { planDigest }),
  };
}

function refuseNonProduction(read: InputReader, { name, settings }: EnvironmentChoice): void {
  if (name === '' || settings?.isProduction === true) return;
  read.refuse({
    subject: 'environment',
    given: name,
    expected: 'an environment with production: true in the configuration',
    fix: 'Only production takes what was promoted; other environments are deployed to directly.',
  });
}
