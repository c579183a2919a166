import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCanary, findSecrets } from '@slipway/testing/canary';
import { SecretSearch } from './secret-search.js';

/** Of its own: what is planted here is not what the run looks for. */
const canary = createCanary();
const token = '0123456789abcdef0123456789abcdef';

let folder: string;
let search: SecretSearch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-search-'));
  write('older/log.txt', canary);
  search = new SecretSearch(canary, folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function lookIntoLab(): Promise<void> {
  const kubeconfig = write(
    'lab/parts/cluster-test/keys/admin.kubeconfig',
    JSON.stringify({ users: [{ name: 'admin', user: { token } }] }, undefined, 2),
  );
  return search.lookIntoLab({
    folder: join(folder, 'lab'),
    parts: [{ part: 'cluster:test', state: 'up', facts: { kubeconfig } }],
  });
}

test('a run that left nothing has one test more that passed', async () => {
  search.note('1 passed');
  write('left/a.txt', 'nothing of interest');
  write('lab/parts/cluster-test/etcd/db', canary);
  await lookIntoLab();

  const { suite, lines } = search.finish();

  expect(suite.tests.map(({ state }) => state)).toEqual(['passed']);
  expect(lines).toEqual([
    'searched for secrets in 1 lines, 1 files and blobs, 0 MB: nothing was left',
  ]);
});

test.each([
  [
    'a line',
    () => search.note(`a ${Buffer.from(canary).toString('base64')}`),
    'the canary is in what the run printed (base64)',
  ],
  [
    'a token in a line',
    () => search.note(token),
    'the token of cluster:test is in what the run printed (plain)',
  ],
  [
    'a new folder',
    () => write('left/b/a.txt', encodeURIComponent(canary)),
    'the canary is in FOLDER/left: b/a.txt (URL-encoded)',
  ],
  [
    'a registry of the lab',
    () => write('lab/parts/registry-candidates/storage/blob', canary),
    'the canary is in the lab: parts/registry-candidates/storage/blob (plain)',
  ],
  [
    'a log of a cluster',
    () => write('lab/parts/cluster-test/log/kubelet.log', Buffer.from(canary).toString('hex')),
    'the canary is in the lab: parts/cluster-test/log/kubelet.log (hex in small letters)',
  ],
])(
  'a run that left a secret in %s has one that failed, and does not tell it',
  async (_name, leak, sentence) => {
    leak();
    await lookIntoLab();

    const { suite, lines } = search.finish();

    const told = JSON.stringify([suite, lines]);
    expect(suite.tests.map(({ state }) => state)).toEqual(['failed']);
    expect(suite.tests[0]?.failures.map((text) => text.replace(folder, 'FOLDER'))).toEqual([
      sentence,
    ]);
    expect(lines[0]).toMatch(/: 1 found$/);
    expect(findSecrets('x', told, [{ name: 'x', text: canary }])).toEqual([]);
  },
);
