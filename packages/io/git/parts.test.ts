import { afterEach, describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { collect } from '@slipway/testing/git';
import { openRepository } from './index.js';
import { readCommits } from './read-commits.js';
import { formatWebUrl, nameRemotePath } from './remote-url.js';

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
  ['https://github.com/shop/orders.git', 'shop/orders'],
  ['https://ada:secret@github.com:8443/Shop/orders/', 'shop/orders'],
  ['git@github.com:shop/orders.git', 'shop/orders'],
  ['work:shop/orders', 'shop/orders'],
  ['ssh://git@git.example.com:2222/shop/orders.git', 'shop/orders'],
  ['file:///srv/orders.git', 'srv/orders'],
  ['/srv/orders', 'srv/orders'],
  ['../orders', '../orders'],
])('the remote %s is called %s where it lies', (remote, name) => {
  expect(nameRemotePath(remote)).toBe(name);
});

test('what git logs is read in whatever pieces it comes', async () => {
  const [one, two] = ['a'.repeat(40), 'b'.repeat(40)];
  const first = ['', one, two, '7', 'feat: a\n', '\n\nx', 'y z'];
  const text = `${[...first, '', two, '', '6', ''].join('\0')}\0`;
  const commits = [
    { hash: one, parents: [two], seconds: 7, message: 'feat: a\n', paths: ['\nx', 'y z'] },
    { hash: two, parents: [], seconds: 6, message: '', paths: [] },
  ];

  for (const size of [1, 2, 3, 50, text.length]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(await collect(readCommits(pieces))).toEqual(commits);
  }
});

test.each([
  ['none', '', 0],
  ['before 1970', '-62135596800', 0],
  ['the last one that RFC 3339 can write', '253402300799', 253_402_300_799],
  ['beyond it', '300000000000', 253_402_300_799],
  ['no number of seconds that a date has', '99999999999999999999', 253_402_300_799],
])('a date that git tells is one that can be written: %s', async (_name, text, seconds) => {
  const commits = await collect(readCommits([`\0${'a'.repeat(40)}\0\0${text}\0feat: a\0`]));

  expect(commits.map((commit) => commit.seconds)).toEqual([seconds]);
});

test.each([
  ['words', 'fatal: no', 'fatal: no'],
  ['half a commit', `\0${'a'.repeat(40)}\0`, 'a'.repeat(40)],
  ['a date that is none', `\0${'a'.repeat(40)}\0\0yesterday\0feat: a\0`, 'a'.repeat(40)],
])('what is no list of commits is not read as one: %s', async (_name, text, said) => {
  const reading = collect(readCommits([text]));

  await expect(reading).rejects.toThrow(`git log wrote no commit: ${said}`);
});

describe('git cannot', () => {
  const { PATH } = process.env;
  const folder = import.meta.dirname; // below the root of this repository
  const root = resolve(folder, '../../..');
  const { signal } = new AbortController();
  const open = () => openRepository(folder, { signal });

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
