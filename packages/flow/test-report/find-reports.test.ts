import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findReports, parseReportGlob, readNewReports } from './index.js';

let folder: string;
const globs = [parseReportGlob('**/junit.xml'), parseReportGlob('reports/*.xml')];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'));
  for (const path of ['reports', 'a/b', 'node_modules/x', '.git']) {
    await mkdir(join(folder, path), { recursive: true });
  }
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('finds what matches, each once, and follows no link', async () => {
  for (const path of [
    'reports/junit.xml',
    'a/b/junit.xml',
    'node_modules/x/junit.xml',
    'a/x.xml',
  ]) {
    await writeFile(join(folder, path), path);
  }
  await symlink('/etc/passwd', join(folder, 'reports/link.xml'));

  const found = await findReports(folder, globs);

  expect([...found.keys()]).toEqual(['a/b/junit.xml', 'reports/junit.xml']);
});

test('a folder that is not there has none', async () => {
  expect([...(await findReports(join(folder, 'nowhere'), globs))]).toEqual([]);
});

test('a report from before tells nothing', async () => {
  await writeFile(join(folder, 'reports/old.xml'), 'old');
  await writeFile(join(folder, 'reports/again.xml'), 'old');
  const before = await findReports(folder, globs);

  await writeFile(join(folder, 'reports/again.xml'), 'newer');
  await writeFile(join(folder, 'reports/new.xml'), 'new');
  const after = await findReports(folder, globs);

  expect(await readNewReports(folder, { before, after })).toEqual([
    { path: 'reports/again.xml', bytes: Buffer.from('newer') },
    { path: 'reports/new.xml', bytes: Buffer.from('new') },
  ]);
});
