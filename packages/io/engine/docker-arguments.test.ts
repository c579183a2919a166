import { describe, expect, test } from '@jest/globals';
import type { ImageBuild, ImageFacts } from './build-plan.js';
import {
  chooseBuilder,
  formatClassicBuild,
  formatCreateBuilder,
  formatLayoutBuild,
  formatLoadBuild,
} from './docker-arguments.js';

const build: ImageBuild & ImageFacts = {
  context: '/w/services/orders',
  dockerfile: '/w/services/orders/Dockerfile',
  buildArgs: [],
  secrets: [],
  cacheFrom: [],
  cacheTo: [],
  labels: [],
  annotations: [],
  platforms: [],
};

describe('chooseBuilder', () => {
  const byDaemon = { name: 'default', driver: 'docker' };
  const byContainer = { name: 'builder-1', driver: 'docker-container' };
  test.each([
    ['the daemon’s own, with containerd', byDaemon, true, { kind: 'present', name: 'default' }],
    ['the daemon’s own, without', byDaemon, false, { kind: 'own' }],
    ['one that was set up before', byContainer, false, { kind: 'present', name: 'builder-1' }],
    [
      'that one goes before the daemon’s',
      byContainer,
      true,
      { kind: 'present', name: 'builder-1' },
    ],
    [
      'another context’s daemon',
      { name: 'remote', driver: 'docker' },
      true,
      { kind: 'present', name: 'remote' },
    ],
    ['unknown, with containerd', undefined, true, { kind: 'present', name: 'default' }],
    ['unknown, without', undefined, false, { kind: 'own' }],
  ])('%s', (_name, current, hasContainerdStore, choice) => {
    const facts = { hasContainerdStore, ...(current === undefined ? {} : { current }) };

    expect(chooseBuilder(facts)).toEqual(choice);
  });

  test('one of our own', () => {
    expect(formatCreateBuilder('slipway-1')).toEqual([
      'buildx',
      'create',
      '--name',
      'slipway-1',
      '--driver',
      'docker-container',
    ]);
  });
});

const begin = [
  'buildx',
  'build',
  '--builder',
  'default',
  '--progress=plain',
  '--provenance=false',
  '--sbom=false',
  '--file',
  '/w/services/orders/Dockerfile',
];

describe('formatLayoutBuild', () => {
  test.each<[string, Partial<ImageBuild & ImageFacts>, string, readonly string[]]>([
    [
      'the least',
      {},
      '/out',
      ['--output', 'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true'],
    ],
    [
      'a stage with arguments',
      { target: 'app', buildArgs: ['A=1 2', 'B'] },
      '/out',
      [
        '--target',
        'app',
        '--build-arg',
        'A=1 2',
        '--build-arg',
        'B',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true',
      ],
    ],
    [
      'secrets by name only',
      {
        secrets: [
          { id: 'npm', variable: 'NPM_TOKEN' },
          { id: 'key', file: '/w/a,b' },
        ],
      },
      '/out',
      [
        '--secret',
        'id=npm,env=NPM_TOKEN',
        '--secret',
        'id=key,"src=/w/a,b"',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true',
      ],
    ],
    [
      'the time of the commit',
      { sourceDateEpoch: 1_700_000_000 },
      '/out',
      [
        '--build-arg',
        'SOURCE_DATE_EPOCH=1700000000',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true,rewrite-timestamp=true',
      ],
    ],
    [
      'what it says about itself',
      { labels: ['a=1', 'b=2'], annotations: ['c=3'], platforms: ['linux/amd64', 'linux/arm64'] },
      '/out',
      [
        '--label',
        'a=1',
        '--label',
        'b=2',
        '--annotation',
        'manifest,index:c=3',
        '--platform',
        'linux/amd64,linux/arm64',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true',
      ],
    ],
    [
      'annotations of one platform, which has no index',
      { annotations: ['c=3'], platforms: ['linux/arm64'] },
      '/out',
      [
        '--annotation',
        'c=3',
        '--platform',
        'linux/arm64',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true',
      ],
    ],
    [
      'caches',
      { cacheFrom: ['type=gha', 'r.example.com/cache'], cacheTo: ['type=gha,mode=max'] },
      '/out',
      [
        '--cache-from',
        'type=gha',
        '--cache-from',
        'r.example.com/cache',
        '--cache-to',
        'type=gha,mode=max',
        '--output',
        'type=oci,dest=/out,tar=false,compression=gzip,force-compression=true',
      ],
    ],
    [
      'a folder that needs quotes',
      {},
      '/o,"ut',
      ['--output', 'type=oci,"dest=/o,""ut",tar=false,compression=gzip,force-compression=true'],
    ],
  ])('%s', (_name, change, folder, rest) => {
    const argv = formatLayoutBuild({ ...build, ...change }, 'default', folder);

    expect(argv).toEqual([...begin, ...rest, '/w/services/orders']);
  });
});

test('formatLoadBuild: an image of the daemon, under a name', () => {
  const argv = formatLoadBuild({ ...build, target: 'test' }, 'default', 'slipway-test-1');

  expect(argv).toEqual([
    ...begin,
    '--target',
    'test',
    '--load',
    '--tag',
    'slipway-test-1',
    '/w/services/orders',
  ]);
});

test('formatClassicBuild: an image without a name, and nothing that only BuildKit has', () => {
  const argv = formatClassicBuild(
    { ...build, target: 'app', buildArgs: ['A=1'], labels: ['b=2'], sourceDateEpoch: 1 },
    '/t/id',
  );

  expect(argv.join(' ')).toBe(
    'build --force-rm --file /w/services/orders/Dockerfile --target app --build-arg SOURCE_DATE_EPOCH=1 --build-arg A=1 --label b=2 --iidfile /t/id /w/services/orders',
  );
});
