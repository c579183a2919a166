import { parseDuration } from '../duration/index.js';
import { invalidInput } from '../errors/index.js';
import { formatRepository, parseRepository } from '../image-ref/index.js';
import { expectedPath, tryParseImagePath, type ImagePath } from '../manifest/index.js';
import { readChart, type ChartSettings } from './chart-settings.js';
import { createMappingReader, type MappingReader } from './mapping-reader.js';
import { asText, present } from './optional-field.js';

/** One entry of `services`; all of it optional, inputs of the action win. */
export interface ServiceSettings {
  /** What belongs to the service in a monorepo: folders and files. */
  readonly paths?: readonly string[];
  /** The candidate repository: `registry.example.com/team/orders`. */
  readonly image?: string;
  /** Where what passed every gate goes: `registry.example.com/production/orders`. */
  readonly productionImage?: string;
  readonly build: BuildSettings;
  readonly deploy: DeploySettings;
  readonly integration: IntegrationSettings;
  /** Services that it calls. */
  readonly dependsOn: readonly string[];
}

export interface BuildSettings {
  /** A folder. */
  readonly context?: string;
  /** Default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  readonly target?: string;
  /** The stage whose command is the test. */
  readonly testTarget?: string;
  /** Mocks and databases beside the tests. */
  readonly composeFile?: string;
  /** The service of it whose command is the test. */
  readonly composeService?: string;
}

export interface DeploySettings {
  readonly manifests?: readonly string[];
  /** A folder; `{environment}` in it stands for the environment's name. */
  readonly kustomization?: string;
  readonly chart?: ChartSettings;
  /** Where images stand besides pod templates. */
  readonly imagePaths?: readonly ImagePath[];
  readonly smokeTest?: SmokeTestSettings;
}

/** One HTTP request through the API server that must be answered with a status from 200 to 399. */
export interface SmokeTestSettings {
  readonly path: string;
  /** The Service to ask; default: the one that has the service's name. */
  readonly service?: string;
  /** Name or number of its port; default: its first. */
  readonly port?: string;
  /** How long it may go on failing; default 30 s. */
  readonly timeoutMs?: number;
}

export interface IntegrationSettings {
  /** The manifest of the Job that is the integration suite. */
  readonly suite?: string;
}

/**
 * Reads the input `smoke-test`: the same mapping as in the file.
 *
 * @example parseSmokeTest('{ path: /healthz, timeout: 20s }', 'smoke-test')
 * @throws SlipwayError `invalid-input` with every problem
 */
export function parseSmokeTest(text: string, subject: string): SmokeTestSettings {
  const reader = createMappingReader(text, subject);
  const settings = readSmokeTest(reader);
  reader.finish();
  return settings;
}

export function readService(reader: MappingReader): ServiceSettings {
  return {
    ...present('paths', reader.list('paths')),
    ...readImages(reader),
    build: reader.mapping('build', readBuild) ?? {},
    deploy: reader.mapping('deploy', readDeploy) ?? {},
    integration:
      reader.mapping('integration', (inner) => present('suite', inner.optional('suite', asText))) ??
      {},
    dependsOn: reader.list('depends-on', 0) ?? [],
  };
}

/** `image` and `production-image`, as in `slipway.yml` so in `system.yml`. */
export function readImages(
  reader: MappingReader,
): Pick<ServiceSettings, 'image' | 'productionImage'> {
  const asRepository = (text: string, subject: string): string =>
    formatRepository(parseRepository(text, subject));
  return {
    ...present('image', reader.optional('image', asRepository)),
    ...present('productionImage', reader.optional('production-image', asRepository)),
  };
}

function readBuild(reader: MappingReader): BuildSettings {
  return {
    ...present('context', reader.optional('context', asText)),
    ...present('dockerfile', reader.optional('dockerfile', asText)),
    ...present('target', reader.optional('target', asText)),
    ...present('testTarget', reader.optional('test-target', asText)),
    ...present('composeFile', reader.optional('compose-file', asText)),
    ...present('composeService', reader.optional('compose-service', asText)),
  };
}

function readDeploy(reader: MappingReader): DeploySettings {
  return {
    ...present('manifests', reader.list('manifests')),
    ...present('kustomization', reader.optional('kustomization', asText)),
    ...present('chart', reader.mapping('chart', readChart)),
    ...present('imagePaths', readImagePaths(reader)),
    ...present('smokeTest', reader.mapping('smoke-test', readSmokeTest)),
  };
}

function readImagePaths(reader: MappingReader): readonly ImagePath[] | undefined {
  return reader.list('image-paths', 0)?.flatMap((text) => {
    const path = tryParseImagePath(text);
    if (path === undefined) reader.refuse('image-paths', text, expectedPath);
    return path ?? [];
  });
}

function readSmokeTest(reader: MappingReader): SmokeTestSettings {
  const path = reader.required('path', (text, subject) => {
    if (text.startsWith('/')) return text;
    throw invalidInput([{ subject, given: text, expected: 'a path that begins with /' }]);
  });
  return {
    path: path ?? '/',
    ...present('service', reader.optional('service', asText)),
    ...present('port', reader.optional('port', asText)),
    ...present('timeoutMs', reader.optional('timeout', parseDuration)),
  };
}
