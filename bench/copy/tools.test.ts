import { describe, expect, test } from '@jest/globals';
import { orderOf, peerArguments, toolEnvironment } from './tools.js';

const task = { source: '127.0.0.1:1/a@sha256:ab', target: '127.0.0.1:2/b:1.0.0' };

describe('each peer is asked to copy all that it can', () => {
  test.each([
    ['crane', '/p copy --insecure 127.0.0.1:1/a@sha256:ab 127.0.0.1:2/b:1.0.0'],
    [
      'regctl',
      '/p --host reg=127.0.0.1:1,tls=disabled --host reg=127.0.0.1:2,tls=disabled image copy --referrers --digest-tags 127.0.0.1:1/a@sha256:ab 127.0.0.1:2/b:1.0.0',
    ],
    [
      'oras',
      '/p copy -r --from-plain-http --to-plain-http 127.0.0.1:1/a@sha256:ab 127.0.0.1:2/b:1.0.0',
    ],
    [
      'skopeo',
      '/p --insecure-policy copy --all --preserve-digests --src-tls-verify=false --dest-tls-verify=false docker://127.0.0.1:1/a@sha256:ab docker://127.0.0.1:2/b:1.0.0',
    ],
  ] as const)('%s', (name, expected) => {
    expect(peerArguments(name, '/p', task).join(' ')).toBe(expected);
  });
});

test('regctl is told of one registry once', () => {
  const within = { source: '127.0.0.1:1/a@sha256:ab', target: '127.0.0.1:1/b:1.0.0' };

  const argv = peerArguments('regctl', '/p', within);

  expect(argv.filter((word) => word === '--host')).toHaveLength(1);
});

test('a tool finds no configuration and no cache of this machine', () => {
  const environment = toolEnvironment('/home-1', '/bin');

  const homes = environment.filter((each) => /^(?:HOME|DOCKER_CONFIG|XDG_\w+)=/.test(each));
  expect(homes).toHaveLength(6);
  expect(homes.every((each) => each.includes('=/home-1'))).toBe(true);
});

test('everybody has every place once in as many rounds as there are tools', () => {
  const orders = [0, 1, 2].map((round) => orderOf(round, ['crane', 'oras']));

  expect(orders).toEqual([
    ['ours', 'crane', 'oras'],
    ['crane', 'oras', 'ours'],
    ['oras', 'ours', 'crane'],
  ]);
});
