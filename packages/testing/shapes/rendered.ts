import { deployment, format, service, type Shape } from './shape.js';

/** A kustomization with a base, two components and an overlay; its ConfigMap has a hash in its name. */
export const kustomized: Shape = {
  name: 'kustomized',
  source: { kind: 'kustomization', folder: 'overlays/test' },
  files: (release) => ({
    'base/kustomization.yaml': 'resources: [app.yaml]\n',
    'base/app.yaml': format([deployment('web'), service('web')]),
    'components/settings/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator: [{ name: settings, literals: [RELEASE=${release}] }]
patches: [{ path: env.yaml }]
`,
    'components/settings/env.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec: { containers: [{ name: web, envFrom: [{ configMapRef: { name: settings } }] }] }
`,
    'components/probe/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [probe.yaml]
`,
    'components/probe/probe.yaml': format([service('probe')]),
    'overlays/test/kustomization.yaml': `resources: [../../base]
components: [../../components/settings${release === 1 ? ', ../../components/probe' : ''}]
labels: [{ pairs: { team: shop } }]
`,
  }),
  removed: ['Service probe', 'ConfigMap settings'],
};

/** A chart with a sub-chart, and with hooks before, after and to test it. */
export const charted: Shape = {
  name: 'charted',
  source: { kind: 'chart', folder: 'chart' },
  files: (release) => ({
    'chart/Chart.yaml': `apiVersion: v2
name: charted
version: 0.1.0
dependencies: [{ name: cache, version: 0.1.0, condition: cache.enabled }]
`,
    'chart/values.yaml': `release: "${release}"\ncache: { enabled: ${release === 1} }\n`,
    'chart/templates/web.yaml': `${format([deployment('web'), service('web')])}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { release: {{ .Values.release | quote }} }
---
${hook('migrate', 'pre-install,pre-upgrade', 'true')}
---
${hook('warm', 'post-install,post-upgrade', 'true')}
---
${hook('ask', 'test', 'wget -q -O - http://web/healthz')}
`,
    'chart/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 0.1.0\n',
    'chart/charts/cache/templates/cache.yaml': format([deployment('cache'), service('cache')]),
  }),
  removed: ['Deployment cache', 'Job ask', 'Job migrate', 'Job warm', 'Service cache'],
};

function hook(name: string, kind: string, command: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { helm.sh/hook: "${kind}", slipway.dev/migration: none } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: ${name}, image: app, command: [/bin/sh, -c, "${command}"] }]`;
}
