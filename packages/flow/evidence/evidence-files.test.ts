import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvidenceFiles } from './index.js';

let workspace: string;

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'evidence-'));
  await mkdir(join(workspace, 'out', 'folder.json'), { recursive: true });
  for (const name of ['b.json', 'a.json', '[x].json', 'notes.txt']) {
    await writeFile(join(workspace, 'out', name), `text of ${name}`);
  }
});

afterAll(async () => {
  await rm(workspace, { recursive: true });
});

test.each<[string, readonly string[], readonly string[]]>([
  ['nothing', [], []],
  ['a file', ['out/a.json'], ['out/a.json']],
  ['a file from its root', ['WORKSPACE/out/a.json'], ['out/a.json']],
  ['a pattern, without folders', ['out/*.json'], ['out/[x].json', 'out/a.json', 'out/b.json']],
  ['a file twice', ['out/b.json', './out/b.json', 'out/{a,b}.json'], ['out/b.json', 'out/a.json']],
  ['a name that looks like a pattern', ['out/[x].json'], ['out/[x].json']],
])('finds %s', async (_name, patterns, paths) => {
  const given = patterns.map((pattern) => pattern.replace('WORKSPACE', workspace));

  const files = await readEvidenceFiles(workspace, given);

  expect(files.map(({ path }) => path)).toEqual(paths);
});

test('reads what is in a file', async () => {
  expect(await readEvidenceFiles(workspace, ['out/a.json'])).toEqual([
    { path: 'out/a.json', text: 'text of a.json' },
  ]);
});

test('every pattern that names nothing is told', async () => {
  const patterns = ['out/a.json', 'out/c.json', 'out/folder.json', 'out/*.xml'];

  await expect(readEvidenceFiles(workspace, patterns)).rejects.toMatchObject({
    code: 'invalid-input',
    problems: ['out/c.json', 'out/folder.json', 'out/*.xml'].map((given) => ({
      subject: 'evidence',
      given,
      expected: 'a file in the workspace, or a pattern that fits at least one',
      fix: 'Check the path, and that the step that writes the evidence ran before this one.',
    })),
  });
});
