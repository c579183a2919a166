import { invalidInput } from '@slipway/core/errors';
import { parseRegistryAuth, type RegistryCredentials } from '@slipway/io/registry';
import type { EnvironmentChoice, InputReader } from './input-reader.js';

export interface RegistryInputs {
  /** From `registry-auth`; hosts that are not in it fall back to the Docker configuration. */
  readonly credentials: readonly RegistryCredentials[];
  readonly plainHttp: readonly string[];
  /** A PEM file of certificate authorities beside the system's. */
  readonly caCertificates?: string;
}

/** Where a cluster is, as the inputs say it. */
export interface ClusterInputs {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** `registry-auth`, `plain-http`, `ca-certificates`: the same in every action that touches a registry. */
export function readRegistryInputs(read: InputReader): RegistryInputs {
  const caCertificates = read.optional('ca-certificates', (path) => path);
  return {
    credentials: read.lines('registry-auth', parseRegistryAuth),
    plainHttp: read.list('plain-http', parseHost),
    ...(caCertificates === undefined ? {} : { caCertificates }),
  };
}

/** `kubeconfig`, `context`: the same in every action that touches a cluster. */
export function readClusterInputs(
  read: InputReader,
  environment: EnvironmentChoice,
): ClusterInputs {
  const kubeconfig = read.optional('kubeconfig', (path) => path);
  const context = read.optional('context', (name) => name, environment.settings?.context);
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
}

function parseHost(text: string, subject: string): string {
  if (/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/.test(text)) return text;
  throw invalidInput([
    { subject, given: text, expected: 'a host, with its port: registry.local:5000' },
  ]);
}
