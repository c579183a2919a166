import { parseDuration } from '../duration/index.js';
import { invalidInput } from '../errors/index.js';
import { formatRepository, parseRepository } from '../image-ref/index.js';
import { createMappingReader, type MappingReader } from './mapping-reader.js';

/** What `.github/slipway.yml` says; all of it optional, inputs of the action win. */
export interface SlipwayConfig {
  readonly services: ReadonlyMap<string, ServiceSettings>;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
}

export interface ServiceSettings {
  /** The candidate repository: `registry.example.com/team/orders`. */
  readonly image?: string;
  readonly deploy: DeploySettings;
}

export interface DeploySettings {
  readonly manifests?: readonly string[];
  /** A folder; `{environment}` in it stands for the environment's name. */
  readonly kustomization?: string;
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

export interface EnvironmentSettings {
  /** The context of the kubeconfig. */
  readonly context?: string;
  readonly namespace?: string;
  /** The ledger's repository, a template with `{service}` and `{image}`; default `{image}-ledger`. */
  readonly ledger?: string;
}

const asText = (text: string): string => text;

/**
 * Reads `.github/slipway.yml`.
 *
 * @param file how the user calls it, for messages
 * @throws SlipwayError `invalid-input` with every problem
 */
export function parseConfig(text: string, file: string): SlipwayConfig {
  const reader = createMappingReader(text, file);
  reader.required('apiVersion', (version, subject) => {
    if (version === 'slipway/v1') return version;
    throw invalidInput([{ subject, given: version, expected: 'slipway/v1' }]);
  });
  const services = reader.named('services', readService);
  const environments = reader.named('environments', readEnvironment);
  reader.finish();
  return { services, environments };
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

function readService(reader: MappingReader): ServiceSettings {
  const image = reader.optional('image', (text, subject) =>
    formatRepository(parseRepository(text, subject)),
  );
  const deploy = reader.mapping('deploy', (inner) => {
    const manifests = inner.list('manifests');
    const kustomization = inner.optional('kustomization', asText);
    const smokeTest = inner.mapping('smoke-test', readSmokeTest);
    return {
      ...(manifests === undefined ? {} : { manifests }),
      ...(kustomization === undefined ? {} : { kustomization }),
      ...(smokeTest === undefined ? {} : { smokeTest }),
    };
  });
  return { ...(image === undefined ? {} : { image }), deploy: deploy ?? {} };
}

function readSmokeTest(reader: MappingReader): SmokeTestSettings {
  const path = reader.required('path', (text, subject) => {
    if (text.startsWith('/')) return text;
    throw invalidInput([{ subject, given: text, expected: 'a path that begins with /' }]);
  });
  const service = reader.optional('service', asText);
  const port = reader.optional('port', asText);
  const timeoutMs = reader.optional('timeout', parseDuration);
  return {
    path: path ?? '/',
    ...(service === undefined ? {} : { service }),
    ...(port === undefined ? {} : { port }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function readEnvironment(reader: MappingReader): EnvironmentSettings {
  const context = reader.optional('context', asText);
  const namespace = reader.optional('namespace', asText);
  const ledger = reader.optional('ledger', asText);
  return {
    ...(context === undefined ? {} : { context }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(ledger === undefined ? {} : { ledger }),
  };
}
