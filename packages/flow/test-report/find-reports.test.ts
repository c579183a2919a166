import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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

test('finds what matches, each once, and follows no link to a folder', async () => {
  for (const path of [
    'reports/junit.xml',
    'a/b/junit.xml',
    'node_modules/x/junit.xml',
    'a/x.xml',
  ]) {
    await writeFile(join(folder, path), path);
  }
  await symlink('../a', join(folder, 'reports/link.xml'));

  const found = await findReports(folder, globs);

  expect([...found.keys()]).toEqual(['a/b/junit.xml', 'reports/junit.xml']);
});

test('a link in the place of a report is named, and not read', async () => {
  const elsewhere = join(folder, 'a/real.txt');
  await writeFile(elsewhere, 'old');
  await symlink('../a/real.txt', join(folder, 'reports/kept.xml'));
  await symlink('../a/real.txt', join(folder, 'reports/old.xml'));
  const listNew = async (before: Awaited<ReturnType<typeof findReports>>): Promise<unknown> =>
    readNewReports(folder, { before, after: await findReports(folder, globs) });
  const atFirst = await findReports(folder, globs);

  const unchanged = await listNew(atFirst);
  await symlink('nowhere', join(folder, 'reports/new.xml'));
  const withNew = await listNew(atFirst);
  await writeFile(elsewhere, 'newer');
  const withAll = await listNew(atFirst);

  const isNew = { path: 'reports/new.xml', linksTo: 'nowhere' };
  expect(unchanged).toEqual([]);
  expect(withNew).toEqual([isNew]);
  expect(withAll).toEqual([
    { path: 'reports/kept.xml', linksTo: '../a/real.txt' },
    isNew,
    { path: 'reports/old.xml', linksTo: '../a/real.txt' },
  ]);
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

describe('what was written since', () => {
  const second = new Date('2026-01-02T03:04:05.678Z');
  const listNew = async (change: (file: string) => Promise<void>): Promise<readonly string[]> => {
    const file = join(folder, 'reports/junit.xml');
    await writeFile(file, 'one');
    await utimes(file, second, second);
    const before = await findReports(folder, globs);
    await change(file);
    const after = await findReports(folder, globs);
    return (await readNewReports(folder, { before, after })).map(({ path }) => path);
  };

  test.each<[string, (file: string) => Promise<void>, readonly string[]]>([
    ['another mode is no other report', (file) => chmod(file, 0o600), []],
    ['the same bytes, later', (file) => writeFile(file, 'one'), ['reports/junit.xml']],
    [
      'other bytes of the same size, at the same time',
      async (file) => {
        await writeFile(file, 'two');
        await utimes(file, second, second);
      },
      ['reports/junit.xml'],
    ],
    [
      'the same bytes at the same time, in another file of that name',
      async (file) => {
        await writeFile(`${file}.new`, 'one');
        await utimes(`${file}.new`, second, second);
        await rename(`${file}.new`, file);
      },
      ['reports/junit.xml'],
    ],
  ])('%s', async (_name, change, expected) => {
    expect(await listNew(change)).toEqual(expected);
  });
});

describe('a folder that cannot be searched', () => {
  test('is no folder without reports', async () => {
    const name = 'x'.repeat(300);

    await expect(findReports(folder, [parseReportGlob(`${name}/*.xml`)])).rejects.toMatchObject({
      code: 'test-report-invalid',
      message: `the folder ${name} cannot be searched for test reports`,
      cause: expect.objectContaining({ code: 'ENAMETOOLONG' }),
    });
  });

  test('nor is one that leads out of where it is looked for', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(elsewhere, 'junit.xml'), 'x');
    await symlink(elsewhere, join(folder, 'out'));
    await symlink('reports', join(folder, 'in'));
    await writeFile(join(folder, 'reports/a.xml'), 'x');

    const inside = await findReports(folder, [parseReportGlob('in/*.xml')]);
    const outside = findReports(folder, [parseReportGlob('out/*.xml')]);

    expect([...inside.keys()]).toEqual(['in/a.xml']);
    await expect(outside).rejects.toMatchObject({
      code: 'test-report-invalid',
      message: `the folder out cannot be searched for test reports: it leads to ${elsewhere}`,
    });
    await rm(elsewhere, { recursive: true });
  });

  test('a file where a folder is wanted has none', async () => {
    await writeFile(join(folder, 'reports/junit.xml'), 'x');

    expect([...(await findReports(folder, [parseReportGlob('reports/junit.xml/*.xml')]))]).toEqual(
      [],
    );
  });
});
