import { describe, expect, test } from '@jest/globals';
import type { ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
import {
  chooseBuilder,
  formatCreateBuilder,
  formatLayoutBuild,
  formatLoadBuild,
  formatRun,
} from './docker-arguments.js';

const build: ImageBuild & ImageFacts = {
  context: '/w/services/orders',
  dockerfile: '/w/services/orders/Dockerfile',
  buildArgs: [],
  secrets: [],
  labels: [],
  annotations: [],
  platforms: [],
};
const run: ContainerRun = { image: 'node:24', variables: [], shared: [] };

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
    ['the least', {}, '/out', ['--output', 'type=oci,dest=/out,tar=false']],
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
        'type=oci,dest=/out,tar=false',
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
        'type=oci,dest=/out,tar=false',
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
        'type=oci,dest=/out,tar=false,rewrite-timestamp=true',
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
        'c=3',
        '--platform',
        'linux/amd64,linux/arm64',
        '--output',
        'type=oci,dest=/out,tar=false',
      ],
    ],
    ['a folder that needs quotes', {}, '/o,"ut', ['--output', 'type=oci,"dest=/o,""ut",tar=false']],
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

describe('formatRun', () => {
  const named = ['run', '--init', '--name', 'slipway-1', '--label', 'l=1'];
  test.each<[string, Partial<ContainerRun>, readonly string[]]>([
    ['the image’s own command', {}, ['node:24']],
    [
      'another command, as a user, in a folder',
      { command: ['sh', '-e', '/t/run.sh'], user: '1001:118', workdir: '/w/a', network: 'none' },
      [
        '--user',
        '1001:118',
        '--workdir',
        '/w/a',
        '--network',
        'none',
        '--entrypoint',
        'sh',
        'node:24',
        '-e',
        '/t/run.sh',
      ],
    ],
    [
      'variables by name and from a file: no value',
      { variables: ['TOKEN'], variablesFile: '/t/env' },
      ['--env-file', '/t/env', '--env', 'TOKEN', 'node:24'],
    ],
    [
      'paths as they are on the machine',
      { shared: ['/w', '/t/a,b'] },
      [
        '--mount',
        'type=bind,src=/w,dst=/w',
        '--mount',
        'type=bind,"src=/t/a,b","dst=/t/a,b"',
        'node:24',
      ],
    ],
  ])('%s', (_name, change, rest) => {
    expect(formatRun({ ...run, ...change }, 'slipway-1', 'l=1')).toEqual([...named, ...rest]);
  });
});
