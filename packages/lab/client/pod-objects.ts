import type { KubernetesObject } from '@slipway/core/manifest';
import type { CallerOptions } from './caller.js';

/** Where it has its `CallerOptions` from. */
export const callerVariable = 'CALLER';
export const callerPort = 8080;

export interface PodCallerPlace {
  readonly namespace: string;
  readonly image: string;
}

/** A pod that calls, and the Service through which the API server reaches it. */
export function describePodCaller(
  name: string,
  { namespace, image }: PodCallerPlace,
  { program, options }: { readonly program: string; readonly options: CallerOptions },
): readonly KubernetesObject[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'caller.mjs': program } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: callerPort }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels },
      spec: {
        restartPolicy: 'Never', // what it had counted would be gone
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'caller',
            image,
            command: ['node', '/client/caller.mjs'],
            env: [{ name: callerVariable, value: JSON.stringify(options) }],
            volumeMounts: [{ name: 'program', mountPath: '/client' }],
          },
        ],
        volumes: [{ name: 'program', configMap: { name } }],
      },
    },
  ];
}
