import { describe, expect, test } from '@jest/globals';
import {
  findToolCache,
  isLaptop,
  listAuthFiles,
  listProxyPasswords,
  readCheckoutFacts,
  readProxyVariables,
  readRunIdentity,
} from './environment.js';

test.each([
  [
    'a push',
    {
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '1a2b',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_BASE_REF: '',
    },
    { ref: 'refs/heads/main', commit: '1a2b' },
  ],
  [
    'a pull request, built again',
    { GITHUB_REF: 'refs/pull/7/merge', GITHUB_BASE_REF: 'main', GITHUB_RUN_ATTEMPT: '2' },
    { ref: 'refs/pull/7/merge', target: 'main', isAgain: true },
  ],
  [
    'another server',
    { GITHUB_REPOSITORY: 'shop/orders', GITHUB_SERVER_URL: 'https://git.example.com' },
    { repository: 'shop/orders', webUrl: 'https://git.example.com/shop/orders' },
  ],
])('what was checked out, of %s', (_name, environment, expected) => {
  expect(readCheckoutFacts(environment)).toEqual(expected);
});

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

describe('who runs this', () => {
  const place = { processId: 4711, host: 'loom' };

  test.each([
    ['a user', { USER: 'ada', HOSTNAME: 'container' }, 'laptop:ada@loom'],
    ['a user of Windows', { USERNAME: 'ada' }, 'laptop:ada@loom'],
    ['nobody', { USER: '' }, 'laptop:unknown@loom'],
  ])('on a laptop: the machine, its process, and %s', (_name, environment, repository) => {
    const run = readRunIdentity(environment, place);

    expect(run).toMatchObject({ repository, runId: '4711', attempt: 1 });
    expect(isLaptop(run)).toBe(true);
  });

  test('in a workflow: its repository, run and attempt', () => {
    const environment = {
      GITHUB_REPOSITORY: 'shop/orders',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_ACTOR: 'ada',
      USER: 'runner',
    };

    expect(readRunIdentity(environment, place)).toEqual({
      repository: 'shop/orders',
      runId: '7',
      attempt: 2,
      actor: 'ada',
      url: 'https://github.com/shop/orders/actions/runs/7',
    });
  });
});

test.each([
  [{ RUNNER_TOOL_CACHE: '/opt/tools', HOME: '/home/ci' }, '/opt/tools'],
  [{ RUNNER_TOOL_CACHE: '', XDG_CACHE_HOME: '/var/cache/ci', HOME: '/home/ci' }, '/var/cache/ci'],
  [{ HOME: '/home/ci' }, '/home/ci/.cache'],
])('with %j programs are kept in %s', (environment, expected) => {
  expect(findToolCache(environment)).toBe(expected);
});
