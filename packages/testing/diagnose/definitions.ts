import type { KubernetesObject } from '@slipway/core/manifest';

function define(group: string, kind: string): KubernetesObject {
  const singular = kind.toLowerCase();
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** The kind of External Secrets, as far as it is needed; a row is its operator. */
export const externalSecrets = define('external-secrets.io', 'ExternalSecret');

/** A kind that nothing else in the cluster knows. */
export const gadgets = define('test.slipway.dev', 'Gadget');
