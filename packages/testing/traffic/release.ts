/** What a release does: it serves, it ends at every start, or it needs a ConfigMap that nobody made. */
export type Behaviour = 'serve' | 'crash' | 'incomplete';

export interface Release {
  /** What it answers. */
  readonly version: string;
  readonly behaviour: Behaviour;
}

const labels = { app: 'web' };

/**
 * Three replicas as they should be: a readiness probe, and a preStop that waits until nobody is sent to a pod
 * any more and until its connections have been given up.
 *
 * @param image with its digest, or the name that the action replaces
 */
export function formatRelease(release: Release, image: string): string {
  return [service, deployment(release, image)].map((each) => JSON.stringify(each)).join('\n---\n');
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};

function deployment({ version, behaviour }: Release, image: string): object {
  const env = { RELEASE: version, DRAIN: '3s' };
  // a program that is not told what it is ends at once
  const told = Object.entries(env).filter(([name]) => behaviour !== 'crash' || name !== 'RELEASE');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 10,
          containers: [
            {
              name: 'web',
              image,
              env: told.map(([name, value]) => ({ name, value })),
              ...(behaviour === 'incomplete'
                ? { envFrom: [{ configMapRef: { name: `settings-${version}` } }] }
                : {}),
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/release', port: 8080 }, periodSeconds: 1 },
              lifecycle: { preStop: { httpGet: { path: '/drain', port: 8080 } } },
            },
          ],
        },
      },
    },
  };
}
