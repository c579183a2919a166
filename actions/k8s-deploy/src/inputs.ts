import { parseSmokeTest, parseSoak, type SmokeTestSettings } from '@slipway/core/config';
import { parsePinnedReference } from '@slipway/core/image-ref';
import {
  readDeploymentPlace,
  readRenderSource,
  type DeploymentPlace,
  type RenderRequest,
  type ServiceImage,
} from '@slipway/flow/deployment';
import type { InputReader } from '@slipway/flow/runtime';

export interface Inputs {
  readonly place: DeploymentPlace;
  readonly dependsOn: readonly string[];
  readonly source: RenderRequest['source'];
  readonly images: readonly [ServiceImage, ...ServiceImage[]];
  readonly thirdPartyImages: 'resolve' | 'fail';
  readonly version?: string;
  readonly commit?: string;
  readonly smokeTest?: SmokeTestSettings;
  readonly soakMs: number;
  readonly timeoutMs: number;
  readonly onFailure: 'rollback' | 'stop';
  readonly conflicts: 'fail' | 'take';
  readonly prune: boolean;
  readonly overrideReason?: string;
  readonly dryRun: boolean;
}

const asText = (text: string): string => text;

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const deploy = service.settings?.deploy;
  const version = read.optional('version', asText);
  const commit = read.optional('commit', asText);
  const smokeTest = read.optional('smoke-test', parseSmokeTest) ?? deploy?.smokeTest;
  const overrideReason = read.optional('override-reason', asText);
  return {
    place: readDeploymentPlace(read, service, environment, 'optional'),
    dependsOn: service.settings?.dependsOn ?? [],
    source: readRenderSource(read, environment.name, deploy),
    images: read.requiredList('images', parseServiceImage),
    thirdPartyImages: read.choice('third-party-images', ['resolve', 'fail'], 'resolve'),
    ...(version === undefined ? {} : { version }),
    ...(commit === undefined ? {} : { commit }),
    ...(smokeTest === undefined ? {} : { smokeTest }),
    soakMs: read.withDefault('soak', '0s', parseSoak),
    timeoutMs: read.duration('timeout', '10m'),
    onFailure: read.choice('on-failure', ['rollback', 'stop'], 'rollback'),
    conflicts: read.choice('conflicts', ['fail', 'take'], 'fail'),
    prune: read.boolean('prune', true),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    dryRun: read.boolean('dry-run', false),
  };
}

/** @example parseServiceImage('web=registry.example.com/team/orders@sha256:…', 'images') */
function parseServiceImage(text: string, subject: string): ServiceImage {
  const [, name, reference = text] = /^(?<name>[^=@]+)=(?<reference>.*)$/.exec(text) ?? [];
  const image = parsePinnedReference(reference, subject);
  return name === undefined ? { image } : { name, image };
}
