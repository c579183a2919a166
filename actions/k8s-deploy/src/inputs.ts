import { parseSmokeTest, type SmokeTestSettings } from '@slipway/core/config';
import { parseDuration } from '@slipway/core/duration';
import { invalidInput } from '@slipway/core/errors';
import { parsePinnedReference, parseRepository, type Repository } from '@slipway/core/image-ref';
import type { RenderRequest, ServiceImage } from '@slipway/flow/deployment';
import { parseLedgerTemplate } from '@slipway/flow/ledger';
import {
  parseName,
  readClusterInputs,
  readRegistryInputs,
  type ClusterInputs,
  type InputReader,
} from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';

export interface Inputs {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
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
  /** Whose ledger it is; default is the first of the images. */
  readonly image?: Repository;
  readonly ledger?: string;
  readonly overrideReason?: string;
  readonly dryRun: boolean;
  readonly registry: RegistryOptions;
  readonly cluster: ClusterInputs;
}

const maxSoakMs = 120_000;
const asText = (text: string): string => text;

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const deploy = service.settings?.deploy;
  const version = read.optional('version', asText);
  const commit = read.optional('commit', asText);
  const smokeTest = read.optional('smoke-test', parseSmokeTest) ?? deploy?.smokeTest;
  const image = read.optional('image', parseRepository, service.settings?.image);
  const ledger = read.optional('ledger', parseLedgerTemplate, environment.settings?.ledger);
  const overrideReason = read.optional('override-reason', asText);
  return {
    service: service.name,
    environment: environment.name,
    namespace: read.required('namespace', parseName, environment.settings?.namespace),
    source: readSource(read, environment.name, deploy),
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
    ...(image === undefined ? {} : { image }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    dryRun: read.boolean('dry-run', false),
    registry: readRegistryInputs(read),
    cluster: readClusterInputs(read, environment),
  };
}

/** Inputs win over the configuration as a whole: one of the two kinds must remain. */
function readSource(
  read: InputReader,
  environment: string,
  deploy: { readonly manifests?: readonly string[]; readonly kustomization?: string } | undefined,
): RenderRequest['source'] {
  const given = read.list('manifests', asText);
  const givenFolder = read.optional('kustomization', asText);
  const isGiven = given.length > 0 || givenFolder !== undefined;
  const paths = isGiven ? given : (deploy?.manifests ?? []);
  const folder = isGiven ? givenFolder : deploy?.kustomization;
  if (paths.length > 0 === (folder !== undefined)) {
    read.refuse({
      subject: 'manifests',
      expected: 'either manifests or kustomization',
      fix: 'Set exactly one of the two, here or under deploy in the configuration.',
    });
  }
  return folder === undefined
    ? { kind: 'manifests', paths }
    : { kind: 'kustomization', folder: folder.replaceAll('{environment}', environment) };
}

/** @example parseServiceImage('web=registry.example.com/team/orders@sha256:…', 'images') */
function parseServiceImage(text: string, subject: string): ServiceImage {
  const [, name, reference = text] = /^(?<name>[^=@]+)=(?<reference>.*)$/.exec(text) ?? [];
  const image = parsePinnedReference(reference, subject);
  return name === undefined ? { image } : { name, image };
}

function parseSoak(text: string, subject: string): number {
  const soakMs = parseDuration(text, subject);
  if (soakMs <= maxSoakMs) return soakMs;
  throw invalidInput([
    { subject, given: text, expected: 'at most 2m: the step waits for it', fix: 'Shorten it.' },
  ]);
}
