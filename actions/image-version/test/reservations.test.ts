import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createGitBench, playStory, type Step, type TestRepository } from '@slipway/testing/git';
import { Secret } from '@slipway/core/secret';
import { openGitHub } from '@slipway/io/github';
import { startGitHub, type GitHubStandIn, type RepositoryStandIn } from '@slipway/lab/github';
import { createRecordingLogger } from '@slipway/testing/logger';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

jest.setTimeout(60_000); // git is started some twenty times

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

const released: readonly Step[] = ['feat: a', { tag: 'v1.0.0' }, 'feat: b'];

/** A clone, and the repository that it reserves versions in. */
async function open(...steps: readonly Step[]) {
  const remote = await bench.open();
  await playStory(remote, steps);
  return { remote, clone: await remote.clone() };
}

async function tagsOf(repository: TestRepository): Promise<string> {
  const format = '--format=%(refname:strip=2) %(objectname:short)';
  return (await repository.git('for-each-ref', format, 'refs/tags')).trim();
}

describe('create-tag', () => {
  const asked = { 'create-tag': 'true' };

  test('reserves the version once, and says so', async () => {
    const { remote, clone } = await open(...released);

    const first = await outputsOf(clone, asked);
    const tags = await tagsOf(remote);
    const second = await outputsOf(clone, asked);
    const elsewhere = await outputsOf(await remote.clone(), asked);

    const head = (await remote.git('rev-parse', '--short', 'HEAD')).trim();
    expect(first).toMatchObject({ version: '1.1.0', 'tag-created': 'true' });
    expect(tags.split('\n').at(-1)).toBe(`v1.1.0 ${head}`);
    expect(second).toEqual({ ...first, 'tag-created': 'false' });
    expect(elsewhere).toEqual(second);
    expect([await tagsOf(remote), await tagsOf(clone)]).toEqual([tags, tags]);
  });

  test('leaves a tag of the same commit as it is, however it was made', async () => {
    const { remote, clone } = await open(...released);
    await remote.tag('v1.1.0', 'HEAD', 'by hand');
    const tags = await tagsOf(remote);

    const outputs = await outputsOf(clone, asked);

    expect(outputs).toMatchObject({ version: '1.1.0', 'tag-created': 'false' });
    expect(await tagsOf(remote)).toBe(tags);
  });

  test('refuses a tag that another commit got meanwhile, and moves nothing', async () => {
    const { remote, clone } = await open(...released);
    await remote.switch('next', 'v1.0.0');
    const [other = ''] = await remote.commit('feat: c');
    await remote.tag('v1.1.0', other);
    const tags = await tagsOf(remote);
    const head = (await clone.git('rev-parse', 'HEAD')).trim();

    await expect(outputsOf(clone, asked)).rejects.toMatchObject({
      code: 'tag-taken',
      message: `on origin v1.1.0 names ${other.slice(0, 7)} and not ${head.slice(0, 7)}; no tag was made or moved`,
    });
    expect(await tagsOf(remote)).toBe(tags);
  });

  test.each([{}, { 'dry-run': 'true' }])('says which tag is in the way: %j', async (how) => {
    const { remote, clone } = await open(...released);
    await remote.tag('v1.1.0/x');

    await expect(outputsOf(clone, { ...asked, ...how })).rejects.toMatchObject({
      code: 'git-refused',
      message: 'origin cannot take the tag v1.1.0, for it has v1.1.0/x',
      fix: 'Git keeps no tag below the name of another one: delete v1.1.0/x, or choose another tag-prefix.',
    });
  });

  test('gives a branch that adds nothing yet its moving tags', async () => {
    const { clone } = await open(...released, { branch: 'release/orders/2.0.0' });

    const first = await outputsOf(clone, asked);
    const second = await outputsOf(clone, asked);

    expect(first).toMatchObject({ version: '2.0.0', 'moving-tags': '2.0\n2\nlatest' });
    expect(second).toEqual({ ...first, 'tag-created': 'false' });
  });

  test('of two that reserve at once one is refused', async () => {
    const { remote, clone } = await open('feat: a', { tag: 'v1.0.0' }, { branch: 'next' });
    await remote.switch('main');
    await clone.switch('next');
    const other = await remote.clone();
    await clone.commit('feat: b');
    await other.commit('feat: c');
    const inputs = { ...asked, 'release-branches': 'main, next' };

    const results = await Promise.allSettled([outputsOf(clone, inputs), outputsOf(other, inputs)]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'tag-taken' },
    });
  });

  test('makes none of a prerelease, and none where nobody asks', async () => {
    const { remote, clone } = await open(...released);
    const tags = await tagsOf(remote);

    await outputsOf(clone);
    const outputs = await outputsOf(clone, { ...asked, 'release-branches': 'trunk' });

    expect(outputs).toMatchObject({ 'is-release': 'false', 'tag-created': 'false' });
    expect(await tagsOf(remote)).toBe(tags);
  });

  test('says what it would do, and whether it could', async () => {
    const { remote, clone } = await open(...released);
    const tags = await tagsOf(remote);
    const inputs = { ...asked, 'dry-run': 'true' };

    const outputs = await outputsOf(clone, inputs);
    await remote.tag('v1.1.0', 'v1.0.0');

    expect(outputs).toMatchObject({ version: '1.1.0', 'tag-created': 'false' });
    await expect(outputsOf(clone, inputs)).rejects.toMatchObject({ code: 'tag-taken' });
    await remote.git('tag', '--delete', 'v1.1.0');
    expect(await tagsOf(remote)).toBe(tags);
  });

  test('of several services makes those of all that changed, or none', async () => {
    const config = 'apiVersion: slipway/v1\nservices: { a: { paths: [a] }, b: { paths: [b] } }\n';
    const change = (path: string) => ({ message: 'fix: x', files: { [`${path}/x`]: path } });
    const { remote, clone } = await open(
      ...[{ message: 'feat: x', files: { 'a/x': '', 'b/x': '' } }, { tag: 'a-v1.0.0' }],
      ...[{ tag: 'b-v1.0.0' }, change('a'), change('b')],
    );
    await remote.tag('b-v1.0.1', 'b-v1.0.0');
    const tags = await tagsOf(remote);
    const inputs = { ...asked, all: 'true' };

    await expect(outputsOf(clone, inputs, { config })).rejects.toMatchObject({ code: 'tag-taken' });
    expect(await tagsOf(remote)).toBe(tags);

    await remote.git('tag', '--delete', 'b-v1.0.1');
    expect(await outputsOf(clone, inputs, { config })).toMatchObject({ 'tag-created': 'true' });
    expect((await tagsOf(remote)).match(/^\S+/gm)).toEqual([
      'a-v1.0.0',
      'a-v1.0.1',
      'b-v1.0.0',
      'b-v1.0.1',
    ]);
  });

  test('leaves a tag as it is that a later commit has, which touches another service', async () => {
    const change = (path: string) => ({ message: 'feat: x', files: { [path]: path } });
    const { remote, clone } = await open(
      ...[change('a/x'), change('b/x'), { tag: 'v1.0.0' }, change('b/y')],
    );
    const tags = await tagsOf(remote);
    const inputs = { ...asked, paths: 'a' };

    const outputs = await outputsOf(clone, inputs);

    expect(outputs).toMatchObject({ version: '1.0.0', tag: 'v1.0.0', 'tag-created': 'false' });
    expect(await outputsOf(clone, { ...inputs, 'dry-run': 'true' })).toEqual(outputs);
    expect(await tagsOf(remote)).toBe(tags);
  });

  test('is refused by a remote that takes no tags, and without one', async () => {
    const { remote, clone } = await open(...released);
    const hook = join(remote.folder, '.git', 'hooks', 'pre-receive');
    await remote.git('config', 'core.hooksPath', join(remote.folder, '.git', 'hooks'));
    await writeFile(hook, '#!/bin/sh\nexit 1\n').catch(async () => {
      await remote.git('init', '--quiet');
      await writeFile(hook, '#!/bin/sh\nexit 1\n');
    });
    await chmod(hook, 0o755);

    await expect(outputsOf(clone, asked)).rejects.toMatchObject({
      code: 'git-refused',
      message: expect.stringMatching(/^origin does not take the tag v1\.1\.0: .*pre-receive hook/),
    });
    await clone.git('remote', 'remove', 'origin');
    await expect(outputsOf(clone, asked)).rejects.toMatchObject({
      code: 'git-refused',
      message: 'there is no remote to make the tag on',
    });
  });
});

describe('create-release', () => {
  let standIn: GitHubStandIn;
  let orders: RepositoryStandIn;
  const asked = { 'create-release': 'true' };

  beforeEach(async () => {
    standIn = await startGitHub();
    orders = standIn.repository('shop', 'orders');
  });
  afterEach(() => standIn.close());

  const runtimeWith = (token: string) => ({
    runtime: {
      openGitHub: () =>
        openGitHub({
          token: Secret.of(token),
          apiUrl: standIn.apiUrl,
          repository: 'shop/orders',
          logger: createRecordingLogger(),
        }),
    },
  });

  test('makes the tag and the release with the changelog, once', async () => {
    const { remote, clone } = await open(...released);

    const first = await outputsOf(clone, asked, runtimeWith(standIn.token));
    const second = await outputsOf(clone, asked, runtimeWith(standIn.token));

    const url = 'https://github.com/shop/orders/releases/tag/v1.1.0';
    expect(first).toMatchObject({ 'tag-created': 'true', 'release-url': url });
    expect(second).toMatchObject({ 'tag-created': 'false', 'release-url': url });
    expect(await tagsOf(remote)).toContain('v1.1.0 ');
    expect(orders.releases).toHaveLength(1);
    expect(orders.releases[0]).toMatchObject({
      isLatest: true,
      release: {
        tag_name: 'v1.1.0',
        target_commitish: first['commit'],
        name: '1.1.0',
        body: first['changelog'],
      },
    });
  });

  test('is of the commit that has the tag', async () => {
    const change = (path: string) => ({ message: 'feat: x', files: { [path]: path } });
    const { remote, clone } = await open(change('a/x'), change('b/x'), { tag: 'v1.0.0' });

    await outputsOf(clone, { ...asked, paths: 'a' }, runtimeWith(standIn.token));

    const head = (await remote.git('rev-parse', 'HEAD')).trim();
    expect(orders.releases.map(({ release }) => release.target_commitish)).toEqual([head]);
  });

  test('of a backport is not the latest', async () => {
    const { clone } = await open(
      ...['feat: a', { tag: 'v1.0.0' }, 'feat: b', { tag: 'v1.1.0' }],
      ...[{ branch: 'release/orders/1.0.x', from: 'v1.0.0' }, 'fix: c'],
    );

    const outputs = await outputsOf(clone, asked, runtimeWith(standIn.token));

    expect(outputs).toMatchObject({ version: '1.0.1', 'moving-tags': '1.0' });
    expect(orders.releases.map(({ isLatest }) => isLatest)).toEqual([false]);
  });

  test('only says what it would do', async () => {
    const { clone } = await open(...released);
    const inputs = { ...asked, 'dry-run': 'true' };

    const outputs = await outputsOf(clone, inputs, runtimeWith(standIn.token));

    expect(outputs).toMatchObject({ 'tag-created': 'false', 'release-url': '' });
    expect(orders.releases).toEqual([]);
  });

  test('without the right is refused with what to grant', async () => {
    const { clone } = await open(...released);

    await expect(outputsOf(clone, asked, runtimeWith(standIn.weakToken))).rejects.toMatchObject({
      code: 'github-refused',
      fix: 'Give the job permissions: { contents: write }, and pass github-token on.',
    });
  });
});
