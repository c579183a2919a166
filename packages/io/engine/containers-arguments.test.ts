import { describe, expect, test } from '@jest/globals';
import type { ImageBuild, ImageFacts } from './build-plan.js';
import { formatContainersBuild, formatLayoutPush } from './containers-arguments.js';

const build: ImageBuild & ImageFacts = {
  context: '/w',
  dockerfile: '/w/Dockerfile',
  buildArgs: [],
  secrets: [],
  cacheFrom: [],
  cacheTo: [],
  labels: [],
  annotations: [],
  platforms: [],
};
const begin = 'build --format=oci --layers --force-rm --file /w/Dockerfile';

describe.each(['podman', 'buildah'] as const)('%s builds', (program) => {
  test.each<[string, Partial<ImageBuild & ImageFacts>, string]>([
    ['the least', {}, ''],
    [
      'a stage with arguments',
      { target: 'app', buildArgs: ['A=1', 'B'] },
      ' --target app --build-arg A=1 --build-arg B',
    ],
    [
      'secrets by name only',
      {
        secrets: [
          { id: 'npm', variable: 'NPM_TOKEN' },
          { id: 'key', file: '/w/key' },
        ],
      },
      ' --secret id=npm,env=NPM_TOKEN --secret id=key,src=/w/key',
    ],
    [
      'the time of the commit',
      { sourceDateEpoch: 17 },
      ' --build-arg SOURCE_DATE_EPOCH=17 --timestamp 17',
    ],
    [
      'caches in repositories, whose tags are their own affair',
      {
        cacheFrom: ['type=registry,ref=r.example.com:5000/cache:main', 'r.example.com/cache'],
        cacheTo: ['type=registry,ref=r.example.com:5000/cache,mode=max'],
      },
      ' --cache-from r.example.com:5000/cache --cache-from r.example.com/cache --cache-to r.example.com:5000/cache',
    ],
    [
      'what it says about itself',
      { labels: ['a=1'], annotations: ['b=2'], platforms: ['linux/arm64'] },
      ' --label a=1 --annotation b=2 --platform linux/arm64',
    ],
  ])('%s', (_name, change, rest) => {
    const target = { kind: 'image', idFile: '/t/id' } as const;

    const argv = formatContainersBuild(program, { ...build, ...change }, target);

    expect(argv.join(' ')).toBe(`${program} ${begin}${rest} --iidfile /t/id /w`);
  });

  test('a list for several platforms', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const target = { kind: 'list', name: 'slipway-1' } as const;

    const argv = formatContainersBuild(program, { ...build, platforms }, target);

    expect(argv.join(' ')).toBe(
      `${program} ${begin} --platform linux/amd64,linux/arm64 --manifest slipway-1 /w`,
    );
  });
});

test.each([
  ['image', 'podman push --format=oci it oci:/out'],
  ['list', 'podman manifest push --all it oci:/out'],
] as const)('an %s is pushed into a layout', (kind, expected) => {
  expect(formatLayoutPush('podman', { kind, name: 'it' }, '/out').join(' ')).toBe(expected);
});
