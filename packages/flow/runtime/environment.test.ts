import { expect, test } from '@jest/globals';
import { listAuthFiles } from './environment.js';

test.each([
  ['nothing', {}, []],
  ['a home', { HOME: '/home/ci' }, ['/home/ci/.config/containers/auth.json']],
  [
    'a session',
    { HOME: '/home/ci', XDG_RUNTIME_DIR: '/run/user/7' },
    ['/run/user/7/containers/auth.json', '/home/ci/.config/containers/auth.json'],
  ],
  [
    'another folder of configuration',
    { HOME: '/home/ci', XDG_CONFIG_HOME: '/etc/ci' },
    ['/etc/ci/containers/auth.json'],
  ],
  ['empty variables', { HOME: '', XDG_RUNTIME_DIR: '', REGISTRY_AUTH_FILE: '' }, []],
  [
    'a file that is named, and no other',
    { HOME: '/home/ci', XDG_RUNTIME_DIR: '/run/user/7', REGISTRY_AUTH_FILE: '/run/auth.json' },
    ['/run/auth.json'],
  ],
])('the files of credentials in an environment with %s', (_name, environment, expected) => {
  expect(listAuthFiles(environment)).toEqual(expected);
});
