import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { parseDigest, parseRepository } from '../image-ref/index.js';
import {
  formatManifests,
  listImages,
  nameServiceAccounts,
  loadYaml,
  parseManifests,
  phases,
  pinImages,
  setImages,
  setNamespace,
  type ImageToSet,
  type KubernetesObject,
} from './index.js';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
const other = parseDigest(`sha256:${'b'.repeat(64)}`);

function caught(work: () => unknown): SlipwayError {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function told(work: () => unknown): readonly string[] {
  return caught(work).problems.map(
    ({ subject, given = 'nothing', expected }) => `${subject}: ${given}, expected ${expected}`,
  );
}

function imageToSet(repository: string, name?: string): ImageToSet {
  return {
    repository: parseRepository(repository),
    digest,
    ...(name === undefined ? {} : { name }),
  };
}

function object(kind: string, more: object = {}, apiVersion = 'v1'): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'x' }, ...more };
}

describe('YAML as Kubernetes reads it', () => {
  test.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['N', false],
    ['~', null],
    ['', null],
    ['0644', 420],
    ['0o17', 15],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['08', 8],
    ['.5', 0.5],
    ['1e3', 1000],
    ['12345e2', 1234500],
    ['"yes"', 'yes'],
    ["'0644'", '0644'],
    ['2026-01-02', '2026-01-02'],
    ['1:20', '1:20'],
    ['1.2.3', '1.2.3'],
    ['0x', '0x'],
    ['100m', '100m'],
    ['_1', '_1'],
    ['-', '-'],
    ['yEs', 'yEs'],
    ['!!str 0644', '0644'],
  ])('%s', (text, value) => {
    const expected = text === '-' ? [null] : value;

    expect(loadYaml(`v: ${text === '-' ? '[~]' : text}`)).toEqual([{ v: expected }]);
  });

  test('keys are texts, and merges are merged', () => {
    const [value] = loadYaml('a: &a { on: 1, 8080: x }\nb: { <<: *a, y: 2 }');

    expect(value).toEqual({
      a: { true: 1, '8080': 'x' },
      b: { true: 2, '8080': 'x' },
    });
  });
});

describe('parseManifests', () => {
  test('takes documents apart, flattens lists, passes over what is empty', () => {
    const objects = parseManifests(
      [
        '# nothing here',
        '---',
        'apiVersion: v1',
        'kind: List',
        'items:',
        '- { apiVersion: v1, kind: Service, metadata: { name: a } }',
        '---',
        'apiVersion: v1',
        'kind: ConfigMapList',
        'items: [{ metadata: { name: b }, data: { mode: "0644" } }]',
        '---',
      ].join('\n'),
      'all.yaml',
    );

    expect(objects).toEqual([
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, data: { mode: '0644' } },
    ]);
  });

  test.each([
    ['no YAML', 'a: [', /^f\.yaml: unexpected end of the stream.*, expected YAML$/],
    ['a text', 'hello', /^f\.yaml: hello, expected an object with apiVersion and kind$/],
    ['a key twice', 'a: 1\na: 2', /^f\.yaml: duplicated mapping key \(2:1\), expected YAML$/],
  ])('refuses %s', (_name, text, sentence) => {
    const [problem] = told(() => parseManifests(text, 'f.yaml'));

    expect(problem).toMatch(sentence);
  });

  test('tells every problem at once', () => {
    const text = [
      'kind: Service',
      'metadata: { name: a }',
      '---',
      'apiVersion: v1',
      'kind: Pod',
      'metadata: { generateName: run- }',
      '---',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: c, labels: { on-call: yes } }, size: .inf }',
      '---',
      '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: d } }',
      '---',
      '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: d } }',
    ].join('\n');

    expect(told(() => parseManifests(text, 'f.yaml'))).toEqual([
      'f.yaml: document 1 (Service a): nothing, expected a text as apiVersion',
      'f.yaml: document 2 (Pod): generateName: run-, expected metadata.name',
      'f.yaml: document 3 (ConfigMap c): on-call: true, expected a text in metadata.labels',
      'f.yaml: document 3 (ConfigMap c): size: NaN, expected a number that can be kept exactly',
      'f.yaml: Deployment d more than once, expected every object once',
    ]);
  });
});

describe('formatManifests', () => {
  const objects = parseManifests(
    [
      '{ kind: Deployment, apiVersion: apps/v1, metadata: { name: web }, spec: { replicas: 3, paused: no } }',
      '---',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { a: "yes", b: "0644", c: "1_0", d: "2026-01-02", e: "null", f: "<<", g: "", "on": "x", h: "a\\nb\\n", i: "1e3" } }',
      '---',
      '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }',
    ].join('\n'),
    'f.yaml',
  );

  test('is read back to the same objects, in the order of phases', () => {
    const again = parseManifests(formatManifests(objects), 'again');

    expect(again).toEqual([objects[2], objects[1], objects[0]]);
  });

  test('is the same text for the same objects', () => {
    expect(formatManifests(objects.toReversed())).toBe(formatManifests(objects));
    expect(formatManifests(objects)).toContain("a: 'yes'\n  b: '0644'\n  c: '1_0'\n");
  });
});

describe('setNamespace', () => {
  test('fills in what is missing, and leaves kinds of the whole cluster alone', () => {
    const crd = object('CustomResourceDefinition', {
      spec: { scope: 'Cluster', group: 'e.io', names: { kind: 'Zone' } },
      apiVersion: 'apiextensions.k8s.io/v1',
    });
    const placed = setNamespace(
      [
        crd,
        object('Zone', {}, 'e.io/v1'),
        object('Area', {}, 'e.io/v1'),
        object('Service'),
        object('ClusterRole', {}, 'rbac.authorization.k8s.io/v1'),
      ],
      'shop',
    );

    expect(placed.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['CustomResourceDefinition', undefined],
      ['Zone', undefined],
      ['Area', 'shop'],
      ['Service', 'shop'],
      ['ClusterRole', undefined],
    ]);
  });

  test('refuses another namespace, and one where there can be none', () => {
    const objects = [
      object('Service', { metadata: { name: 'a', namespace: 'other' } }),
      object('Namespace', { metadata: { name: 'shop', namespace: 'shop' } }),
    ];

    expect(told(() => setNamespace(objects, 'shop'))).toEqual([
      'Service other/a: other, expected the namespace shop of the environment',
      'Namespace shop/shop: shop, expected no namespace: Namespace belongs to the whole cluster',
    ]);
  });

  test('finds what becomes the same object', () => {
    const objects = [
      object('Service'),
      object('Service', { metadata: { name: 'x', namespace: 'shop' } }),
    ];

    expect(told(() => setNamespace(objects, 'shop'))).toEqual([
      'manifests: Service shop/x more than once, expected every object once',
    ]);
  });
});

describe('images', () => {
  const pod = (image: string): object => ({ containers: [{ name: 'app', image }] });
  const deployment = (image: string): KubernetesObject =>
    object('Deployment', { spec: { replicas: 1, template: { spec: pod(image) } } }, 'apps/v1');

  test('are found in every pod template and set by their whole repository', () => {
    const image = 'r.io/shop/app:1';
    const objects = [
      deployment(image),
      object('Pod', { spec: { ...pod(image), initContainers: [{ name: 'init', image }] } }),
      object('CronJob', { spec: { jobTemplate: { spec: { template: { spec: pod(image) } } } } }),
      object('Rollout', { spec: { template: { spec: pod(image) } } }, 'argoproj.io/v1alpha1'),
      object('ConfigMap', { data: { image } }),
      deployment('r.io/shop/app-extra:1'),
      deployment('r.io:5000/shop/app:1'),
    ];

    const set = setImages(objects, [imageToSet('r.io/shop/app')]);

    expect(listImages(set).map((each) => each.image)).toEqual([
      `r.io/shop/app@${digest}`,
      `r.io/shop/app@${digest}`,
      `r.io/shop/app@${digest}`,
      `r.io/shop/app@${digest}`,
      `r.io/shop/app@${digest}`,
      'r.io/shop/app-extra:1',
      'r.io:5000/shop/app:1',
    ]);
    expect(set[4]).toEqual(objects[4]);
    expect(set[0]).toEqual(deployment(`r.io/shop/app@${digest}`));
  });

  test.each([
    ['a bare name', 'catalog', 'catalog'],
    ['a bare name with a tag', 'catalog:dev', 'catalog'],
    ['a repository', 'r.io/a/catalog:1', 'r.io/a/catalog'],
    ['a digest that is there already', `r.io/a/b@${other}`, 'r.io/a/b'],
  ])('are set by name: %s', (_name, image, name) => {
    const set = setImages([deployment(image)], [imageToSet('r.io/shop/catalog', name)]);

    expect(listImages(set)[0]?.image).toBe(`r.io/shop/catalog@${digest}`);
  });

  test('that match nothing are told with all that was seen', () => {
    const objects = [deployment('r.io/shop/app:1'), deployment('redis:7')];

    const error = caught(() =>
      setImages(objects, [imageToSet('r.io/shop/ap'), imageToSet('r.io/shop/app')]),
    );

    expect(error.code).toBe('image-unmatched');
    expect(error.message).toBe(
      'r.io/shop/ap matches no image of the manifests, which have r.io/shop/app:1, redis:7',
    );
  });

  test('that are given twice are refused', () => {
    const images = [imageToSet('r.io/shop/app'), imageToSet('r.io/other', 'r.io/shop/app')];

    expect(told(() => setImages([deployment('r.io/shop/app:1')], images))).toEqual([
      'images: r.io/shop/app, expected each image once',
    ]);
  });

  test('that are no references are told with their place', () => {
    const error = caught(() => setImages([deployment('${IMAGE}')], []));

    expect(error.problems[0]?.subject).toBe('Deployment x, container app');
  });

  test('are pinned, or refused with object, container and image', () => {
    const objects = [deployment('redis:7'), deployment(`r.io/a@${other}`)];

    const pinned = pinImages(objects, new Map([['redis:7', `docker.io/library/redis@${digest}`]]));

    expect(listImages(pinned)[0]?.image).toBe(`docker.io/library/redis@${digest}`);
    const error = caught(() => pinImages(objects, new Map()));
    expect(error.code).toBe('image-unpinned');
    expect(error.message).toBe('1 image is not pinned by digest');
    expect(error.problems[0]).toMatchObject({
      subject: 'Deployment x, container app',
      given: 'redis:7',
    });
  });
});

test('a service account is applied under both of its names, so that both can be taken away', () => {
  const [named, nameless] = nameServiceAccounts(
    parseManifests(
      [
        '{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: runner, containers: [] } } } } } }',
        '{ apiVersion: v1, kind: Pod, metadata: { name: b }, spec: { containers: [] } }',
      ].join('\n---\n'),
      'app.yaml',
    ),
  );

  expect(named).toMatchObject({
    spec: {
      jobTemplate: {
        spec: { template: { spec: { serviceAccountName: 'runner', serviceAccount: 'runner' } } },
      },
    },
  });
  expect(nameless?.['spec']).toEqual({ containers: [] });
});

test('phases come in the order of an apply', () => {
  const migration = { metadata: { name: 'm', annotations: { 'slipway.dev/migration': 'expand' } } };
  const objects = [
    object('ValidatingWebhookConfiguration', {}, 'admissionregistration.k8s.io/v1'),
    object('Ingress', {}, 'networking.k8s.io/v1'),
    object('Deployment', {}, 'apps/v1'),
    object('Job', {}, 'batch/v1'),
    object('Job', migration, 'batch/v1'),
    object('Service'),
    object(
      'Service',
      { spec: { template: { spec: { containers: [] } } } },
      'serving.knative.dev/v1',
    ),
    object('ExternalSecret', {}, 'external-secrets.io/v1'),
    object('ConfigMap'),
    object('Namespace'),
  ];

  expect(
    phases(objects).map(({ name, objects: all }) => [name, all.map(({ kind }) => kind)]),
  ).toEqual([
    ['namespaces and CRDs', ['Namespace']],
    ['configuration', ['ExternalSecret', 'ConfigMap']],
    ['services', ['Service']],
    ['migrations', ['Job']],
    ['workloads', ['Deployment', 'Job', 'Service']],
    ['routes and autoscalers', ['Ingress']],
    ['webhooks', ['ValidatingWebhookConfiguration']],
  ]);
});
