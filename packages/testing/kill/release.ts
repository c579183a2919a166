/** What a release does: it serves, it ends at every start, or it serves but fails its smoke test. */
export type Behaviour = 'serve' | 'crash' | 'mute';

/** One release of a lane, told from all others by what it serves and by the objects that only it has. */
export interface Release {
  /** `1.7.0`: what it answers. */
  readonly version: string;
  readonly behaviour: Behaviour;
  readonly hasMigration: boolean;
}

/** @example settingsOf('1.7.0') // 'settings-1.7.0' */
export function settingsOf(version: string): string {
  return `settings-${version}`;
}

/** @example migrationOf('1.7.0') // 'migration-1-7-0' */
export function migrationOf(version: string): string {
  return `migration-${version.replaceAll('.', '-')}`;
}

/** @example formatSmokeTest('mute') // '{ path: /missing, timeout: 1s }' */
export function formatSmokeTest(behaviour: Behaviour): string {
  return behaviour === 'mute'
    ? '{ path: /missing, timeout: 1s }'
    : '{ path: /release, timeout: 60s }';
}

/**
 * Its manifests. The ConfigMap, and the Job of a release that migrates, are its own; a new pod takes the place
 * of the old one without a moment in which nobody answers.
 */
export function formatManifests(release: Release): string {
  const objects = [
    configMap(release),
    service,
    deployment(release),
    ...(release.hasMigration ? [migration(release)] : []),
  ];
  return objects.map((each) => JSON.stringify(each)).join('\n---\n');
}

const labels = { app: 'app' };

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};

function configMap({ version }: Release): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: settingsOf(version) },
    data: { RELEASE: version },
  };
}

function deployment({ version, behaviour }: Release): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app' },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 2,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, release: version } },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'web',
              image: 'app',
              command: ['/bin/sh', '-c', scripts[behaviour]],
              envFrom: [{ configMapRef: { name: settingsOf(version) } }],
              readinessProbe: { httpGet: { path: '/release', port: 8080 }, periodSeconds: 1 },
              lifecycle: { preStop: { sleep: { seconds: 2 } } }, // until nobody is sent to it any more
            },
          ],
        },
      },
    },
  };
}

const serve = [
  'trap "kill $server; exit 0" TERM INT',
  'mkdir /tmp/www',
  'echo "$RELEASE" > /tmp/www/release',
  'httpd -f -p 8080 -h /tmp/www & server=$!',
  'wait $server',
].join('\n');

const scripts: Readonly<Record<Behaviour, string>> = {
  serve,
  mute: serve,
  crash: 'echo "cannot open the database" >&2; exit 3',
};

/** It only adds: the release before can go on beside it, and come back after it. */
function migration({ version }: Release): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: migrationOf(version),
      annotations: { 'slipway.dev/migration': 'expand' },
    },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'migrate', image: 'app', command: ['/bin/true'] }],
        },
      },
    },
  };
}
