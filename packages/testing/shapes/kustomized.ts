import { deployment, format, service, type Shape } from './shape.js';

/** A kustomization with a base, two components and an overlay; its ConfigMap has a hash in its name. */
export const kustomized: Shape = {
  name: 'kustomized',
  kustomization: 'overlays/test',
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
