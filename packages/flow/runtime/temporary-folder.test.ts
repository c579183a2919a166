import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openTemporaryFolder } from './temporary-folder.js';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

test('the runner’s own, where there is a runner', () => {
  expect(openTemporaryFolder({ RUNNER_TEMP: '/runner/temp', HOME: home }, '/w')).toBe(
    '/runner/temp',
  );
});

test('on a laptop one of the user and the workspace, where nobody else looks', () => {
  const one = openTemporaryFolder({ RUNNER_TEMP: '', HOME: home }, '/src/shop');
  const again = openTemporaryFolder({ HOME: home }, '/src/shop');
  const other = openTemporaryFolder({ HOME: home }, '/srv/shop');
  const cached = openTemporaryFolder({ HOME: home, XDG_CACHE_HOME: join(home, 'c') }, '/src/shop');

  expect(dirname(one)).toBe(join(home, '.cache/slipway'));
  expect(again).toBe(one);
  expect(other).not.toBe(one);
  expect(cached.startsWith(join(home, 'c/slipway/shop-'))).toBe(true);
  for (const folder of [one, other]) expect(lstatSync(folder).mode & 0o777).toBe(0o700);
});

test('where the home cannot be written to, one that nobody could foresee', () => {
  writeFileSync(join(home, '.cache'), '');

  const one = openTemporaryFolder({ HOME: home }, '/src/shop');
  const other = openTemporaryFolder({ HOME: home }, '/src/shop');

  for (const folder of [one, other]) rmSync(folder, { recursive: true });
  expect(dirname(one)).toBe(tmpdir());
  expect(other).not.toBe(one);
});
