import { invalidInput } from '../errors/index.js';
import { readEnvironment, type EnvironmentSettings } from './environment-settings.js';
import { createMappingReader, type MappingReader } from './mapping-reader.js';
import { asText } from './optional-field.js';
import { readPolicy, type PolicySettings } from './policy-settings.js';
import { readImages, readService, type ServiceSettings } from './service-settings.js';

/** What `.github/slipway.yml` says; all of it optional, inputs of the action win. */
export interface SlipwayConfig {
  readonly services: ReadonlyMap<string, ServiceSettings>;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
  /** Absent: every update needs nothing but to work. */
  readonly policy?: PolicySettings;
}

/** What `system.yml` says: the services of a whole, wherever they are developed. */
export interface SystemConfig {
  readonly name: string;
  readonly services: ReadonlyMap<string, SystemService>;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
}

export interface SystemService {
  readonly image?: string;
  readonly productionImage?: string;
}

/**
 * Reads `.github/slipway.yml`.
 *
 * @param file how the user calls it, for messages
 * @throws SlipwayError `invalid-input` with every problem
 */
export function parseConfig(text: string, file: string): SlipwayConfig {
  const reader = createMappingReader(text, file);
  readApiVersion(reader);
  const services = reader.named('services', readService);
  const environments = readEnvironments(reader);
  const policy = reader.mapping('policy', readPolicy);
  reader.finish();
  return { services, environments, ...(policy === undefined ? {} : { policy }) };
}

/**
 * Reads `system.yml`.
 *
 * @param file how the user calls it, for messages
 * @throws SlipwayError `invalid-input` with every problem
 */
export function parseSystem(text: string, file: string): SystemConfig {
  const reader = createMappingReader(text, file);
  readApiVersion(reader);
  const name = reader.required('system', asText) ?? '';
  const services = reader.named('services', readImages);
  const environments = readEnvironments(reader);
  reader.finish();
  return { name, services, environments };
}

function readApiVersion(reader: MappingReader): void {
  reader.required('apiVersion', (version, subject) => {
    if (version === 'slipway/v1') return version;
    throw invalidInput([{ subject, given: version, expected: 'slipway/v1' }]);
  });
}

function readEnvironments(reader: MappingReader): ReadonlyMap<string, EnvironmentSettings> {
  const environments = reader.named('environments', readEnvironment);
  for (const [name, { like }] of environments) {
    if (like === undefined || (environments.has(like) && like !== name)) continue;
    reader.refuse(`environments.${name}.like`, like, 'the name of another environment');
  }
  return environments;
}
