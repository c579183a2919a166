import type { KubernetesObject } from '@slipway/core/manifest';
import { configMap, deployment, service, shapeOf } from './shape.js';

/** So many fields make a definition of about 400 kB, beyond what a client-side apply can note. */
const fieldCount = 1600;

/** An operator with a big definition, and an object of the kind that it defines. */
export const operator = shapeOf(
  'operator',
  (release, { namespace, suffix }) => {
    const group = `${suffix}.shapes.example.com`;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator' } };
    const field = (index: number): readonly [string, object] => [
      `setting${index}`,
      { type: 'string', description: `${'What this setting is good for. '.repeat(7)}${index}` },
    ];
    const fields = Array.from({ length: fieldCount }, (_, index) => field(index));
    const spec = { type: 'object', properties: Object.fromEntries(fields) };
    return [
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `engines.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'engines', singular: 'engine', kind: 'Engine' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
            },
          ],
        },
      },
      {
        apiVersion: `${group}/v1`,
        kind: 'Engine',
        metadata: { name: 'main' },
        spec: { setting1: String(release) },
      },
      ...(release === 1
        ? [{ apiVersion: `${group}/v1`, kind: 'Engine', metadata: { name: 'spare' }, spec: {} }]
        : []),
      account,
      ...role('operator', namespace, [
        { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
      ]),
      deployment('operator', { spec: { serviceAccountName: 'operator' } }),
    ];
  },
  {
    removed: ['Engine spare'],
    customResource: ({ suffix }) => ({
      group: `${suffix}.shapes.example.com`,
      resource: 'engines',
    }),
  },
);

/** An admission webhook with its certificate, which the API server must trust. */
export const webhook = shapeOf(
  'webhook',
  (release, { namespace, suffix, certificate }) => {
    const { authority, cert, key } = certificate;
    const configuration = (name: string, of: string): KubernetesObject => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: `check.${suffix}.example.com`,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          timeoutSeconds: 5,
          clientConfig: {
            caBundle: Buffer.from(authority).toString('base64'),
            service: { name: 'webhook', namespace, path: '/validate' },
          },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': of } },
          rules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['configmaps'],
            },
          ],
        },
      ],
    });
    const volumes = [{ name: 'tls', secret: { secretName: 'tls' } }];
    const container = {
      image: 'webhook',
      ports: [{ containerPort: 8443 }],
      volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
      readinessProbe: {
        httpGet: { path: '/healthz', port: 8443, scheme: 'HTTPS' },
        periodSeconds: 1,
      },
    };
    return [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'tls' },
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': cert, 'tls.key': key },
      },
      service('webhook', { ports: [{ port: 443, targetPort: 8443 }] }),
      deployment('webhook', {
        container: { ...container, env: [{ name: 'RELEASE', value: String(release) }] },
        spec: { volumes },
      }),
      configMap('rules', { release: String(release) }),
      deployment('beside'),
      ...(release === 1
        ? [configMap('old-rules', {}), configuration(`old-webhook-${suffix}`, 'nowhere')]
        : []),
      configuration(`webhook-${suffix}`, namespace),
    ];
  },
  { removed: ['ConfigMap old-rules', 'ValidatingWebhookConfiguration old-webhook'] },
);

/** What is reached from outside: an Ingress, and a route of the Gateway API. */
export const edge = shapeOf(
  'edge',
  (release) => {
    const ingress = (name: string, path: string): KubernetesObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name },
      spec: {
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [
                {
                  path,
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
    const route = (name: string): KubernetesObject => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name },
      spec: {
        parentRefs: [{ name: 'gateway' }],
        hostnames: [`${name}.example.com`],
        rules: [{ backendRefs: [{ name: 'web', port: 80, weight: release }] }],
      },
    });
    return [
      deployment('web'),
      service('web'),
      service('public', { type: 'LoadBalancer', selector: { app: 'web' } }),
      ingress('web', release === 1 ? '/' : '/shop'),
      route('web'),
      ...(release === 1 ? [ingress('beta', '/beta'), route('beta')] : []),
    ];
  },
  { removed: ['Ingress beta', 'HTTPRoute beta'], smokeTest: { service: 'web', path: '/healthz' } },
);

/** What an autoscaler scales, and how many of it must always be there. */
export const scaling = shapeOf(
  'scaling',
  (release) => {
    const autoscaler = (name: string): KubernetesObject => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: {
        minReplicas: 2,
        maxReplicas: 3 + release,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
    });
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    };
    return [
      deployment('web', { container: { resources: { requests: { cpu: '10m' } } } }),
      autoscaler('web'),
      ...(release === 1 ? [budget, deployment('old'), autoscaler('old')] : []),
    ];
  },
  { removed: ['PodDisruptionBudget web', 'Deployment old', 'HorizontalPodAutoscaler old'] },
);

/** Who may reach what: NetworkPolicies, an account and its rights. */
export const network = shapeOf(
  'network',
  (release, { namespace }) => {
    const policy = (name: string): KubernetesObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        ingress: [{ ports: [{ port: 8080 }] }],
      },
    });
    const rule = {
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: release === 1 ? ['get', 'delete'] : ['get'],
    };
    const account = (name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    });
    const debug = [account('debug'), ...role('debug', namespace, [rule]), policy('debug')];
    return [
      account('web'),
      ...role('web', namespace, [rule]),
      ...(release === 1 ? debug : []),
      policy('web'),
      deployment('web', { spec: { serviceAccountName: 'web' } }),
    ];
  },
  {
    removed: ['NetworkPolicy debug', 'Role debug', 'RoleBinding debug', 'ServiceAccount debug'],
  },
);

/** A Role and who has it. */
function role(
  name: string,
  namespace: string,
  rules: readonly object[],
): readonly KubernetesObject[] {
  const api = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: `${api}/v1`, kind: 'Role', metadata: { name }, rules },
    {
      apiVersion: `${api}/v1`,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: api, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}
