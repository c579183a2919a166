import { describe, expect, test } from '@jest/globals';
import type { ContainerRun } from './build-plan.js';
import { formatRun } from './run-arguments.js';

const run: ContainerRun = { image: 'node:24', variables: [], shared: [] };

describe('formatRun', () => {
  const named = ['docker', 'run', '--init', '--name', 'slipway-1', '--label', 'l=1'];
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
    expect(formatRun({ name: 'docker' }, { ...run, ...change }, 'slipway-1', 'l=1')).toEqual([
      ...named,
      ...rest,
    ]);
  });
});

describe('of podman', () => {
  test.each<[string, boolean, Partial<ContainerRun>, readonly string[]]>([
    ['nothing shared', false, {}, []],
    [
      'a folder that is shared keeps its label',
      false,
      { shared: ['/w'] },
      ['--security-opt=label=disable'],
    ],
    ['a user, as root', false, { user: '1001:118' }, []],
    ['a user, without root: the same outside', true, { user: '1001:118' }, ['--userns=keep-id']],
    ['the image’s own user, without root', true, {}, []],
  ])('%s', (_name, keepsUser, change, options) => {
    const argv = formatRun({ name: 'podman', keepsUser }, { ...run, ...change }, 'c', 'l=1');

    const first = ['podman', 'run', '--init', '--stop-timeout=1', ...options];
    expect(argv.slice(0, first.length + 2)).toEqual([...first, '--name', 'c']);
  });
});
