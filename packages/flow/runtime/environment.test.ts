import { expect, test } from '@jest/globals';
import { listAuthFiles, listProxyPasswords, readProxyVariables } from './environment.js';

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

test.each<[string, Record<string, string>, Record<string, string> | undefined]>([
  ['nothing', { HOME: '/home/ci' }, undefined],
  ['empty variables', { HTTPS_PROXY: '', no_proxy: '' }, undefined],
  ['some', { HTTPS_PROXY: 'http://a', HOME: '/' }, { HTTPS_PROXY: 'http://a' }],
  [
    'all',
    { HTTP_PROXY: 'a', http_proxy: 'b', https_proxy: 'c', NO_PROXY: 'd' },
    { HTTP_PROXY: 'a', http_proxy: 'b', https_proxy: 'c', NO_PROXY: 'd' },
  ],
])('the proxies of an environment with %s', (_name, environment, expected) => {
  expect(readProxyVariables(environment)).toEqual(expected);
});

test.each([
  ['http://proxy:3128', []],
  ['http://ci@proxy:3128', []],
  ['http://ci:secret@proxy:3128', ['secret']],
  ['ci:secret@proxy:3128', ['secret']],
  ['http://ci:p%40ss@proxy:3128', ['p%40ss', 'p@ss']],
  ['http://ci:p%ss@proxy:3128', ['p%ss']],
  ['localhost,registry.example.com:443', []],
])('the passwords in %s', (address, expected) => {
  expect(listProxyPasswords(address)).toEqual(expected);
});
