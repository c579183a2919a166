import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { digestOf, parseRepository } from '../image-ref/index.js';
import {
  findImageMentions,
  listImages,
  parseImagePath,
  parseManifests,
  pinImages,
  setImages,
  type KubernetesObject,
} from './index.js';

const repository = parseRepository('r.example.com:5000/shop/catalog');
const digest = digestOf('a'.repeat(64));
const own = `r.example.com:5000/shop/catalog@${digest}`;
const name = 'r.example.com:5000/shop/catalog';

const objects = parseManifests(
  `
apiVersion: example.com/v1
kind: Database
metadata: { name: main }
spec:
  image: ${name}:1.0
  replicas: [{ name: a, image: ${name}:2.0 }, { name: b, image: "postgres:17" }]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: { inject.example.com/image: "${name}:1.0" }
spec:
  template:
    spec:
      initContainers: [{ name: first, image: ${name} }]
      containers:
        - name: web
          image: ${name}:1.0
          args: ["--sidecar-image=${name}:1.0", -i, "${name}:3.0", --level=debug]
          env:
            - { name: OWN, value: "${name}:1.0" }
            - { name: OTHER, value: "${name}-tools:1.0" }
            - { name: ELSEWHERE, value: "mirror/${name}" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { settings.yaml: "pull: ${name}:1.0\\nname: catalog" }
`,
  'all.yaml',
);

function set(...paths: readonly string[]): readonly KubernetesObject[] {
  const parsed = paths.map((path) => parseImagePath(path, 'image-paths'));
  return setImages(objects, [{ repository, digest, aliases: ['catalog'] }], parsed);
}

function refusal(work: () => unknown): SlipwayError {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an image at a named path is set as that of a container', () => {
  test.each([
    ['Database.spec.image', [own]],
    ['Database.spec.replicas[*].image', [own, 'postgres:17']],
    ['Database.spec.replicas[name=a].image', [own]],
    ['Deployment.metadata.annotations["inject.example.com/image"]', [own]],
    ['Deployment.spec.template.spec.containers[name=web].env[name=OWN].value', [own]],
  ])('%s', (path, expected) => {
    const named = listImages(set(path), [parseImagePath(path, 'p')]).filter(
      ({ container }) => container === path,
    );

    expect(named.map(({ image }) => image)).toEqual(expected);
  });

  test('behind the name of a flag, and no other argument', () => {
    const path = 'Deployment.spec.template.spec.containers[*].args';

    const [, web] = set(`${path}[--sidecar-image]`, `${path}[-i]`);

    expect(JSON.stringify(web)).toContain(
      `"args":["--sidecar-image=${own}","-i","${own}","--level=debug"]`,
    );
  });

  test('and without a path nothing but containers is set', () => {
    const [database, web, settings] = set();

    expect([database, settings]).toEqual([objects[0], objects[2]]);
    expect(listImages(web === undefined ? [] : [web]).map(({ image }) => image)).toEqual([
      own,
      own,
    ]);
    expect(JSON.stringify(web)).toContain(`--sidecar-image=${name}:1.0`);
  });

  test('and one of others there must have a digest, too', () => {
    const path = parseImagePath('Database.spec.replicas[*].image', 'image-paths');

    const error = refusal(() =>
      pinImages(set('Database.spec.replicas[*].image'), new Map(), [path]),
    );

    expect(error.problems.map(({ subject, given }) => [subject, given])).toEqual([
      ['Database main, container Database.spec.replicas[*].image', 'postgres:17'],
    ]);
  });
});

test('a path that leads to nothing is refused, with what there is', () => {
  const error = refusal(() => set('Database.spec.picture', 'Cache.spec.image'));

  expect([error.code, error.message]).toEqual([
    'image-unmatched',
    'Database.spec.picture, Cache.spec.image leads to no image',
  ]);
  expect(error.problems.map(({ expected }) => expected)).toEqual([
    'a text where it leads; there is none in Database main',
    'a text where it leads; there is no Cache',
  ]);
});

test.each(['spec.image', 'Database', 'Database.', 'Database.spec[0].image', 'Database spec.image'])(
  '%s is no path',
  (text) => {
    expect(refusal(() => parseImagePath(text, 'image-paths')).problems).toEqual([
      {
        subject: 'image-paths',
        given: text,
        expected: 'a kind and the fields that lead to an image, as Database.spec.image',
      },
    ]);
  },
);

describe('findImageMentions', () => {
  const mentions = (...paths: readonly string[]): readonly string[] =>
    findImageMentions(
      objects,
      [name],
      paths.map((path) => parseImagePath(path, 'image-paths')),
    ).map(({ object, path, image }) => `${object.kind} ${path}: ${image.slice(name.length)}`);

  test('finds the very repository in every place that is not known, and no longer name', () => {
    expect(mentions()).toEqual([
      'Database spec.image: :1.0',
      'Database spec.replicas[0].image: :2.0',
      'Deployment metadata.annotations["inject.example.com/image"]: :1.0',
      'Deployment spec.template.spec.containers[0].args[0]: :1.0',
      'Deployment spec.template.spec.containers[0].args[2]: :3.0',
      'Deployment spec.template.spec.containers[0].env[0].value: :1.0',
      'ConfigMap data["settings.yaml"]: :1.0',
    ]);
  });

  test('leaves out what a path names', () => {
    expect(
      mentions(
        'Database.spec.image',
        'Database.spec.replicas[*].image',
        'Deployment.spec.template.spec.containers[*].args[--sidecar-image]',
        'Deployment.spec.template.spec.containers[*].args[-i]',
        'ConfigMap.data["settings.yaml"]',
      ),
    ).toEqual([
      'Deployment metadata.annotations["inject.example.com/image"]: :1.0',
      'Deployment spec.template.spec.containers[0].env[0].value: :1.0',
    ]);
  });
});
