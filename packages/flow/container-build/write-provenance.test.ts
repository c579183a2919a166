import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestOf } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { writeProvenance } from './write-provenance.js';

const commit = { hash: 'c'.repeat(40), seconds: 0, changed: [] };
const fromRemote = { ...commit, webUrl: 'https://example.com/shop/fork' };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provenance-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const github = { webUrl: 'https://github.com/shop/orders', ref: 'refs/heads/main' };

test.each([
  [
    'is what GitHub told',
    fromRemote,
    { ...github, commit: commit.hash },
    'git+https://github.com/shop/orders@refs/heads/main',
  ],
  [
    'is another than GitHub told',
    fromRemote,
    { ...github, commit: 'd'.repeat(40) },
    `git+https://example.com/shop/fork@${commit.hash}`,
  ],
  [
    'is another, of nobody knows where',
    commit,
    { ...github, commit: 'd'.repeat(40) },
    `git:${commit.hash}`,
  ],
  ['is on a laptop', fromRemote, {}, `git+https://example.com/shop/fork@${commit.hash}`],
])('the commit that was built %s', async (_name, built, checkout, source) => {
  const provenance = join(folder, 'provenance');
  const image = {
    ...{ name: 'image', labels: [], annotations: [], platforms: [], cacheTo: [] },
    ...{ layout: folder, evidence: '', provenance },
  };
  const plan = {
    image,
    source: {
      ...{ context: folder, folder: '.', dockerfile: join(folder, 'Dockerfile') },
      ...{ buildArgs: [], secrets: [], cacheFrom: [] },
    },
  };
  const result = { layout: folder, digest: digestOf('a'.repeat(64)), bytes: 1 };
  const run = { repository: 'shop/orders', runId: '1', attempt: 1, url: '', actor: 'ada' };
  const facts = { engine: 'podman 4', commit: built, ranBefore: [], startedAt: '' };

  await writeProvenance(plan, { ...result, platforms: [], bases: [] }, facts, {
    ...{ clock: systemClock, run, checkout, workspace: folder },
  });

  expect(JSON.parse(await readFile(provenance, 'utf8'))).toMatchObject({
    predicate: { buildDefinition: { externalParameters: { source } } },
  });
});
