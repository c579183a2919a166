import { afterEach, describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openRepository, parsePathPattern } from './index.js';
import { readCommits } from './read-commits.js';
import { formatWebUrl } from './remote-url.js';

test.each([
  ['https://github.com/shop/orders.git', 'https://github.com/shop/orders'],
  ['https://ada:secret@github.com/shop/orders', 'https://github.com/shop/orders'],
  ['https://git.example.com:8443/shop/orders/', 'https://git.example.com:8443/shop/orders'],
  ['http://localhost:3000/shop/orders.git', 'http://localhost:3000/shop/orders'],
  ['git@github.com:shop/orders.git', 'https://github.com/shop/orders'],
  ['ssh://git@git.example.com:2222/shop/orders.git', 'https://git.example.com/shop/orders'],
  ['file:///srv/orders.git', undefined],
  ['/srv/orders.git', undefined],
  ['../orders', undefined],
])('the remote %s can be read at %s', (remote, url) => {
  expect(formatWebUrl(remote)).toBe(url);
});

test.each([
  ['./services/orders/', 'services/orders'],
  ['libs/**/money', 'libs/**/money'],
  ['.', ''],
])('the path %s is %s', (text, path) => {
  expect(parsePathPattern(text)).toBe(path);
});

test.each(['', '/etc', '../other', 'a/../../b', ':!docs', '!docs', 'a\\b'])(
  'the path “%s” is refused',
  (text) => {
    expect(() => parsePathPattern(text)).toThrow('1 problem in what was given');
  },
);

test.each([
  ['words', 'fatal: no'],
  ['half a commit', `${'a'.repeat(40)}\0\0`],
  ['a date that is none', `${'a'.repeat(40)}\0\0yesterday\0feat: a\0`],
])('what is no list of commits is not read as one: %s', (_name, text) => {
  expect(() => readCommits(text)).toThrow('git log wrote no commit at field 0');
});

describe('git cannot', () => {
  const { PATH } = process.env;
  const folder = import.meta.dirname; // below the root of this repository
  const root = resolve(folder, '../../..');
  const { signal } = new AbortController();
  const open = () => openRepository(folder, { signal, logger: createRecordingLogger() });

  afterEach(() => {
    process.env['PATH'] = PATH;
    delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'];
  });

  test('be started', async () => {
    process.env['PATH'] = '/nowhere';

    await expect(open()).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'git is needed to read the history',
    });
  });

  test('read what belongs to somebody else', async () => {
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';

    await expect(open()).rejects.toMatchObject({
      code: 'history-incomplete',
      message: `git does not read ${root}: the folder belongs to another user`,
      fix: `Run before this step: git config --global --add safe.directory ${root}`,
    });
  });
});
