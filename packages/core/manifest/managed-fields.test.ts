import { describe, expect, test } from '@jest/globals';
import {
  fieldsToLeave,
  findDeployers,
  planTakeOver,
  toManifest,
  type KubernetesObject,
} from './index.js';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface Entry {
  readonly manager: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly operation?: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly time?: string;
}

/** A live Deployment with what a server adds, managed as the entries say. */
function live(entries: readonly Entry[], more: Partial<KubernetesObject> = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'catalog',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'catalog' },
      annotations: { [lastApplied]: '{}', 'deployment.kubernetes.io/revision': '2', team: 'a' },
      managedFields: entries.map(
        ({ fields, apiVersion = 'apps/v1', operation = 'Update', ...rest }) => ({
          ...rest,
          operation,
          apiVersion,
          fieldsType: 'FieldsV1',
          fieldsV1: fields,
        }),
      ),
    },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: 'catalog' } },
      template: {
        metadata: {
          creationTimestamp: null,
          labels: { app: 'catalog' },
          annotations: { 'kubectl.kubernetes.io/restartedAt': 'then' },
        },
        spec: {
          containers: [
            { name: 'proxy', image: 'proxy:1' },
            {
              name: 'web',
              image: 'catalog:1',
              env: [
                { name: 'B', value: '2' },
                { name: 'A', value: '1' },
              ],
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
            },
          ],
          securityContext: {},
        },
      },
    },
    status: { replicas: 2 },
    ...more,
  };
}

const templateFields = (container: Readonly<Record<string, unknown>>) => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': container } } } },
});
const asked = {
  manager: 'kubectl-client-side-apply',
  time: '2026-01-01T00:00:00Z',
  fields: {
    'f:metadata': {
      'f:annotations': { '.': {}, [`f:${lastApplied}`]: {} },
      'f:labels': { '.': {}, 'f:app': {} },
    },
    'f:spec': {
      'f:replicas': {},
      'f:selector': {},
      'f:template': {
        'f:metadata': {
          'f:creationTimestamp': {},
          'f:labels': { '.': {}, 'f:app': {} },
        },
        'f:spec': {
          'f:containers': {
            'k:{"name":"web"}': {
              '.': {},
              'f:name': {},
              'f:image': {},
              'f:env': {
                '.': {},
                'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} },
                'k:{"name":"B"}': { '.': {}, 'f:name': {}, 'f:value': {} },
              },
              'f:ports': {
                '.': {},
                'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
              },
            },
          },
          'f:securityContext': {},
        },
      },
    },
  },
} satisfies Entry;
const edited = {
  manager: 'kubectl-set',
  time: '2026-02-01T00:00:00Z',
  fields: templateFields({ 'f:image': {} }),
} satisfies Entry;
const scaled = {
  manager: 'kubectl',
  subresource: 'scale',
  fields: { 'f:spec': { 'f:replicas': {} } },
} satisfies Entry;
const reported = {
  manager: 'kube-controller-manager',
  subresource: 'status',
  fields: {
    'f:metadata': { 'f:annotations': { '.': {}, 'f:deployment.kubernetes.io/revision': {} } },
    'f:status': { 'f:replicas': {} },
  },
} satisfies Entry;
const restarted = {
  manager: 'kubectl-rollout',
  fields: {
    'f:spec': {
      'f:template': {
        'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } },
      },
    },
  },
} satisfies Entry;

describe('findDeployers', () => {
  const made = { 'f:spec': { 'f:selector': {}, 'f:template': { 'f:spec': {} } } };
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'Shop', name: 's', uid: 'u', controller: true },
  ];

  test.each<[string, readonly Entry[], readonly string[]]>([
    [
      'kubectl by its many names',
      [asked, edited, scaled, restarted, reported],
      ['kubectl-client-side-apply', 'kubectl-set', 'kubectl', 'kubectl-rollout'],
    ],
    ['Helm', [{ manager: 'helm', fields: made }, reported], ['helm']],
    ['whoever made the workload', [{ manager: 'deploy-tool', fields: made }], ['deploy-tool']],
    [
      'who only adds something is not one',
      [{ manager: 'injector', fields: templateFields({}) }],
      [],
    ],
    [
      'no controller, whatever it made',
      [
        { manager: 'argocd-controller', fields: made },
        { manager: 'shop-operator', fields: made },
      ],
      [],
    ],
    ['nobody’s status', [{ ...asked, subresource: 'status' }], []],
    ['Slipway is none', [{ manager: 'slipway', operation: 'Apply', fields: { 'f:data': {} } }], []],
  ])('%s', (_name, entries, expected) => {
    expect([...findDeployers([live(entries)])]).toEqual(expected);
  });

  test('whose workload belongs to a controller’s object did not deploy it', () => {
    const object = live([{ manager: 'deploy-tool', fields: made }]);
    const owned = { ...object, metadata: { ...object.metadata, ownerReferences } };

    expect([...findDeployers([owned])]).toEqual([]);
  });
});

describe('planTakeOver', () => {
  const plan = (object: KubernetesObject, isAutoscaled = false) =>
    planTakeOver(object, {
      from: findDeployers([object]),
      to: 'slipway',
      leave: fieldsToLeave(isAutoscaled),
    });

  test('unites what was asked for, and only metadata is written', () => {
    const patch = plan(live([asked, edited, scaled, restarted, reported]));

    const { 'f:template': template, ...spec } = asked.fields['f:spec'];
    const { 'f:metadata': metadata, ...rest } = template;
    expect(patch).toEqual([
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
      {
        op: 'add',
        path: '/metadata/managedFields',
        value: [
          expect.objectContaining({ manager: 'kube-controller-manager', subresource: 'status' }),
          {
            manager: 'slipway',
            operation: 'Apply',
            apiVersion: 'apps/v1',
            fieldsType: 'FieldsV1',
            time: '2026-02-01T00:00:00Z',
            fieldsV1: {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': { ...spec, 'f:template': { 'f:metadata': metadata, ...rest } },
            },
          },
        ],
      },
      {
        op: 'remove',
        path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration',
      },
    ]);
  });

  test('what an autoscaler scales has no owner of its replicas', () => {
    const patch = JSON.stringify(plan(live([asked]), true));

    expect(patch).not.toContain('f:replicas');
    expect(patch).toContain('f:selector');
  });

  test('what is Slipway’s already is kept, and then there is nothing more to take', () => {
    const own = {
      manager: 'slipway',
      operation: 'Apply',
      fields: { 'f:metadata': { 'f:labels': { 'f:tier': {} } } },
    } as const;

    const patch = plan(live([own, asked]));

    expect(JSON.stringify(patch)).toContain('"f:labels":{"f:tier":{},".":{},"f:app":{}}');
    expect(plan(live([own, reported]))).toBeUndefined();
  });

  test('fields of another version of the API count where they exist in this one', () => {
    const old = {
      manager: 'kubectl',
      apiVersion: 'extensions/v1beta1',
      fields: { 'f:spec': { 'f:replicas': {}, 'f:rollbackTo': {} } },
    };

    const text = JSON.stringify(plan(live([asked, old])));

    expect(text).toContain('f:replicas');
    expect(text).not.toContain('f:rollbackTo');
  });
});

describe('toManifest', () => {
  const manifestOf = (entries: readonly Entry[], isAutoscaled = false) =>
    toManifest(live(entries), fieldsToLeave(isAutoscaled));

  test('is what people asked for, without what the server or a controller added', () => {
    expect(manifestOf([asked, edited, restarted, reported])).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'catalog', namespace: 'shop', labels: { app: 'catalog' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'catalog' } },
        template: {
          metadata: { labels: { app: 'catalog' } },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'catalog:1',
                env: [
                  { name: 'B', value: '2' },
                  { name: 'A', value: '1' },
                ],
                ports: [{ containerPort: 8080, protocol: 'TCP' }],
              },
            ],
            securityContext: {},
          },
        },
      },
    });
  });

  test('has no replicas where an autoscaler sets them', () => {
    expect(manifestOf([asked], true)['spec']).not.toHaveProperty('replicas');
  });

  test('a field whose inner fields are a controller’s is empty', () => {
    const empty = {
      manager: 'kubectl',
      fields: { 'f:metadata': { 'f:annotations': {} }, 'f:spec': { 'f:template': {} } },
    };
    const injected = { manager: 'mesh-operator', fields: templateFields({ 'f:image': {} }) };

    const manifest = manifestOf([empty, injected, reported]);

    expect(manifest.metadata).not.toHaveProperty('annotations');
    expect(manifest['spec']).toEqual({ template: {} });
  });

  test.each([
    ['of the cluster’s choice', '10.0.0.7', { ports: [] }],
    ['none, asked for', 'None', { clusterIP: 'None', ports: [] }],
  ])('a Service whose address is %s', (_name, clusterIP, expected) => {
    const object = live(
      [
        {
          manager: 'kubectl',
          apiVersion: 'v1',
          fields: { 'f:spec': { 'f:clusterIP': {}, 'f:ports': {} } },
        },
      ],
      { apiVersion: 'v1', kind: 'Service', spec: { clusterIP, ports: [] } },
    );

    expect(toManifest(object, [])['spec']).toEqual(expected);
  });
});
