import type { KubernetesObject } from '@slipway/core/manifest';
import { tunnelName } from './config.js';

const labels = { app: tunnelName };

/** Stays until it is told to end; what works is started beside it. */
const wait = "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 2 ** 30)";

/**
 * What the tunnel needs in a cluster: on every node a pod that has the node’s network, and the program in it.
 *
 * @param program of the node’s end
 */
export function describeTunnel(
  namespace: string,
  image: string,
  program: string,
): readonly KubernetesObject[] {
  const name = tunnelName;
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { 'node-end.mjs': program },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            hostNetwork: true,
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 1,
            tolerations: [{ operator: 'Exists' }],
            containers: [
              {
                name,
                image,
                command: ['node', '-e', wait],
                volumeMounts: [{ name: 'program', mountPath: '/tunnel' }],
              },
            ],
            volumes: [{ name: 'program', configMap: { name } }],
          },
        },
      },
    },
  ];
}
