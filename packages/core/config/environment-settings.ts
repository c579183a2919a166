import { parseKubeVersion } from './chart-settings.js';
import type { MappingReader } from './mapping-reader.js';
import { asText, present } from './optional-field.js';

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
  /** The version of Kubernetes that charts are rendered for: `1.34.0`. */
  readonly kubeVersion?: string;
  /** API versions that the cluster has beside Kubernetes’ own: `monitoring.coreos.com/v1`. */
  readonly apiVersions?: readonly string[];
}

export function readEnvironment(reader: MappingReader): EnvironmentSettings {
  return {
    ...present('context', reader.optional('context', asText)),
    ...present('namespace', reader.optional('namespace', asText)),
    ...present('ledger', reader.optional('ledger', asText)),
    isProduction: reader.boolean('production', false),
    ...present('like', reader.optional('like', asText)),
    ...present('kubeVersion', reader.optional('kube-version', parseKubeVersion)),
    ...present('apiVersions', reader.list('api-versions', 0)),
  };
}
