import { asText, present } from './service-settings.js';
import type { MappingReader } from './mapping-reader.js';

/** One entry of `environments`: a cluster and a namespace, with a ledger of its own. */
export interface EnvironmentSettings {
  /** The context of the kubeconfig. */
  readonly context?: string;
  readonly namespace?: string;
  /** The ledger's repository, a template with `{service}`, `{image}` and `{production-image}`. */
  readonly ledger?: string;
  /** Only what was promoted is deployed here. */
  readonly isProduction: boolean;
  /** The environment whose bundles it takes unchanged. */
  readonly like?: string;
}

export function readEnvironment(reader: MappingReader): EnvironmentSettings {
  return {
    ...present('context', reader.optional('context', asText)),
    ...present('namespace', reader.optional('namespace', asText)),
    ...present('ledger', reader.optional('ledger', asText)),
    isProduction: reader.boolean('production', false),
    ...present('like', reader.optional('like', asText)),
  };
}
