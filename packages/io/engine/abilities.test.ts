import { expect, test } from '@jest/globals';
import {
  describeKind,
  listRefusals,
  toPlatform,
  type EngineDemands,
  type EngineKind,
} from './abilities.js';

const nothing: EngineDemands = {
  hasVolumes: false,
  hasSecrets: false,
  platforms: [],
  cacheFrom: [],
  cacheTo: [],
};
const everything: EngineDemands = {
  hasVolumes: true,
  hasSecrets: true,
  platforms: ['linux/amd64', 'linux/arm64'],
  cacheFrom: ['type=gha', 'type=registry,ref=r.example.com/cache', 'r.example.com/cache'],
  cacheTo: ['type=local,dest=/c'],
};

test.each<[string, EngineKind, readonly string[]]>([
  ['docker with buildx can do it all', { name: 'docker', version: '28.5.2', hasBuildx: true }, []],
  [
    'docker without',
    { name: 'docker', version: '26.1.5', hasBuildx: false },
    ['secrets', 'platforms', 'cache-from', 'cache-to'],
  ],
  [
    'podman has caches in repositories',
    { name: 'podman', version: '4.3.1' },
    ['cache-from: type=gha', 'cache-to: type=local,dest=/c'],
  ],
  [
    'buildah, too',
    { name: 'buildah', version: '1.28.2' },
    ['cache-volumes', 'cache-from: type=gha', 'cache-to: type=local,dest=/c'],
  ],
  ['an older podman has none', { name: 'podman', version: '4.1.9' }, ['cache-from', 'cache-to']],
  [
    'an older buildah, too',
    { name: 'buildah', version: '1.26.4' },
    ['cache-volumes', 'cache-from', 'cache-to'],
  ],
  [
    'what does not say its version',
    { name: 'buildah', version: '' },
    ['cache-volumes', 'cache-from: type=gha', 'cache-to: type=local,dest=/c'],
  ],
  [
    'a later generation',
    { name: 'podman', version: '5.0.0' },
    ['cache-from: type=gha', 'cache-to: type=local,dest=/c'],
  ],
])('%s', (_name, kind, refused) => {
  const problems = listRefusals(kind, everything);

  expect(
    problems.map(({ subject, given }) => (given === undefined ? subject : `${subject}: ${given}`)),
  ).toEqual(refused);
  expect(listRefusals(kind, nothing)).toEqual([]);
});

test.each([
  ['its own', ['linux/arm64'], []],
  ['its own, with its variant', ['linux/arm64/v8'], []],
  ['one more', ['linux/arm64', 'linux/amd64'], ['platforms']],
  ['another', ['linux/amd64'], ['platforms']],
])('docker without buildx builds for no platform but its own: %s', (_name, platforms, refused) => {
  const platform = toPlatform('linux', 'aarch64');
  const kind = { name: 'docker', version: '26.1.5', hasBuildx: false, platform } as const;

  const problems = listRefusals(kind, { ...nothing, platforms });

  expect(problems.map(({ subject }) => subject)).toEqual(refused);
});

test.each([
  ['x86_64', 'linux/amd64'],
  ['armv7l', 'linux/arm/v7'],
  ['s390x', 'linux/s390x'],
])('the platform of %s', (machine, platform) => {
  expect(toPlatform('linux', machine)).toBe(platform);
});

test('a refusal says what cannot be done, and by whom it can', () => {
  const kind = { name: 'docker', version: '26.1.5', hasBuildx: false } as const;

  expect(listRefusals(kind, { ...nothing, hasSecrets: true })).toEqual([
    {
      subject: 'secrets',
      expected: 'nothing: docker 26.1.5 without buildx gives no secrets to the steps of a build',
      fix: 'Remove it, or use docker with buildx (docker/setup-buildx-action before this step), podman or buildah.',
    },
  ]);
  expect(describeKind({ name: 'podman', version: '4.3.1' })).toBe('podman 4.3.1');
});
