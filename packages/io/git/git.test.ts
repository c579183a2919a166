import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestRepository, type TestRepository } from '@slipway/testing/git';
import { createRecordingLogger } from '@slipway/testing/logger';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository, parsePathPattern, type GitRepository } from './index.js';

const { signal } = new AbortController();
const logger = createRecordingLogger();
const open = (folder: string): Promise<GitRepository> => openRepository(folder, { signal, logger });

describe('a history', () => {
  let source: TestRepository;
  let repository: GitRepository;
  const at: Record<string, string> = {};
  const nameOf = (hash: string): string =>
    Object.entries(at).find(([, other]) => other === hash)?.[0] ?? hash;
  const hashOf = (name: string): string => at[name] ?? name;

  beforeAll(async () => {
    source = await createTestRepository();
    const files = (path: string): { readonly files: Record<string, string> } => ({
      files: { [path]: path },
    });
    [at['first'] = '', at['orders'] = '', at['alike'] = ''] = await source.commit(
      { message: 'first', ...files('README.md') },
      { message: 'feat: orders\n\ngrün\n', ...files('orders/a') },
      { message: 'feat: alike', ...files('orders-api/a') },
    );
    await source.switch('side', at['orders']);
    [at['side'] = ''] = await source.commit({ message: 'fix: side', ...files('orders/b') });
    await source.switch('main');
    [at['merge'] = '', at['empty'] = ''] = await source.commit(
      { message: "Merge branch 'side'", merges: [at['side']], ...files('orders/b') },
      { message: 'chore: nothing', files: {} },
    );
    await source.tag('v1.0.0', at['orders']);
    await source.tag('orders-v1.0.0', at['alike'], 'annotated');
    await source.tag('nested', 'orders-v1.0.0', 'a tag of a tag');
    await source.tag('v2.0.0', at['side']);
    repository = await open(source.folder);
  });
  afterAll(() => source.remove());

  test('lists the first-parent line, oldest first', async () => {
    const commits = await repository.listFirstParentCommits({ to: hashOf('empty') });

    expect(commits.map(({ hash }) => nameOf(hash))).toEqual([
      'first',
      'orders',
      'alike',
      'merge',
      'empty',
    ]);
    expect(commits[1]).toEqual({
      hash: at['orders'],
      parents: [at['first']],
      seconds: 1_767_225_720,
      message: 'feat: orders\n\ngrün\n',
    });
    expect(commits[3]?.parents).toEqual([at['alike'], at['side']]);
  });

  test.each([
    ['a folder, and none that begins alike', ['orders'], ['orders', 'merge']],
    ['several', ['orders', 'orders-api/a'], ['orders', 'alike', 'merge']],
    ['a glob', ['orders*/a'], ['orders', 'alike']],
    ['a glob through folders', ['**/b'], ['merge']],
    ['the whole repository', ['.'], ['first', 'orders', 'alike', 'merge', 'empty']],
    ['nothing that there is', ['payments'], []],
  ])('of paths: %s', async (_name, paths, expected) => {
    const commits = await repository.listFirstParentCommits({
      to: hashOf('empty'),
      paths: paths.map((path) => parsePathPattern(path)),
    });

    expect(commits.map(({ hash }) => nameOf(hash))).toEqual(expected);
    if (expected.includes('merge')) {
      expect(commits.find(({ hash }) => hash === at['merge'])?.parents).toHaveLength(2);
    }
  });

  test('from a commit on, and what a merge brings', async () => {
    const range = { from: hashOf('alike'), to: hashOf('empty') };
    const orders = [parsePathPattern('orders')];

    const line = await repository.listFirstParentCommits(range);
    const all = await repository.listCommits(range);
    const touching = await repository.listTouchingHashes({ ...range, paths: orders });

    expect(line.map(({ hash }) => nameOf(hash))).toEqual(['merge', 'empty']);
    expect(all.map(({ hash }) => nameOf(hash))).toEqual(['empty', 'merge', 'side']);
    expect([...touching].map(nameOf)).toEqual(['side']);
  });

  test('knows tags, however they are made', async () => {
    const tags = await repository.listTags();
    const merged = await repository.listMergedTagNames(hashOf('alike'));

    expect(tags.map(({ name, hash }) => [name, nameOf(hash)])).toEqual([
      ['nested', 'alike'],
      ['orders-v1.0.0', 'alike'],
      ['v1.0.0', 'orders'],
      ['v2.0.0', 'side'],
    ]);
    expect([...merged].toSorted()).toEqual(['nested', 'orders-v1.0.0', 'v1.0.0']);
  });

  test('resolves what names a commit, and nothing else', async () => {
    const refs = ['HEAD', 'side', 'nested', hashOf('first'), 'nowhere', '-h', '0'.repeat(40)];

    const found = await Promise.all(refs.map((ref) => repository.tryResolve(ref)));

    expect(found.map((hash) => hash && nameOf(hash))).toEqual([
      'empty',
      'side',
      'alike',
      'first',
      undefined,
      undefined,
      undefined,
    ]);
    expect(await repository.tryReadBranch()).toBe('main');
    expect(nameOf((await repository.tryFindMergeBase(hashOf('alike'), 'side')) ?? '')).toBe(
      'orders',
    );
    expect(await repository.tryFindRemote()).toBeUndefined();
  });
});

describe('a shallow clone', () => {
  let source: TestRepository;

  beforeAll(async () => {
    source = await createTestRepository();
    const [first = ''] = await source.commit('feat: a', 'feat: b', 'feat: c');
    await source.tag('v1.0.0', first);
    await source.switch('prices');
    const [head = ''] = await source.commit('feat: d');
    await source.switch('merged', 'main');
    const [merge = ''] = await source.commit({ message: 'Merge prices', merges: [head] });
    await source.git('update-ref', 'refs/pull/7/merge', merge);
    await source.switch('main');
  });
  afterAll(() => source.remove());

  test('is deepened, with its tags', async () => {
    const clone = await source.clone('--depth=1');
    const repository = await open(clone.folder);
    expect(await repository.isShallow()).toBe(true);
    expect(await repository.listTags()).toEqual([]);

    await repository.deepen();

    expect(await repository.isShallow()).toBe(false);
    expect((await repository.listTags()).map(({ name }) => name)).toEqual(['v1.0.0']);
    expect(await repository.listFirstParentCommits({ to: 'HEAD' })).toHaveLength(3);
    expect(logger.lines.at(-1)).toBe(
      'this clone is shallow: older commits are cut off; they are fetched from origin',
    );
  });

  test('of a pull request, as a runner makes it, is deepened too', async () => {
    const clone = await createTestRepository();
    await clone.git('remote', 'add', 'origin', `file://${source.folder}`);
    await clone.git('fetch', '--depth=1', 'origin', '+refs/pull/7/merge:refs/remotes/pull/7/merge');
    await clone.git('checkout', '--quiet', '--force', 'refs/remotes/pull/7/merge');
    const repository = await open(clone.folder);

    await repository.deepen();

    expect(await repository.listCommits({ to: 'HEAD' })).toHaveLength(5);
    expect(await repository.tryReadBranch()).toBeUndefined();
    expect(await repository.listBranches(['main', 'master'])).toHaveLength(1);
    await clone.remove();
  });

  test('without tags gets them', async () => {
    const clone = await source.clone('--no-tags');
    const repository = await open(clone.folder);

    await repository.fetchTags();

    expect((await repository.listTags()).map(({ name }) => name)).toEqual(['v1.0.0']);
  });

  test.each([
    [
      'whose remote is gone',
      ['remote', 'set-url', 'origin', 'file:///nowhere'],
      'this clone is shallow: older commits are cut off, and they cannot be fetched from origin',
    ],
    [
      'without a remote',
      ['remote', 'remove', 'origin'],
      'this clone is shallow: older commits are cut off, and it has no remote to fetch them from',
    ],
  ])('%s is refused', async (_name, command, message) => {
    const clone = await source.clone('--depth=1');
    await clone.git(...command);
    const repository = await open(clone.folder);

    await expect(repository.deepen()).rejects.toMatchObject({
      code: 'history-incomplete',
      message,
      fix: 'Give actions/checkout fetch-depth: 0, so that it brings all commits and tags.',
    });
  });

  test('of a shallow clone is refused', async () => {
    const middle = await source.clone('--depth=1');
    const clone = await source.clone('--depth=1');
    await clone.git('remote', 'set-url', 'origin', `file://${middle.folder}`);
    const repository = await open(clone.folder);

    await expect(repository.deepen()).rejects.toMatchObject({
      code: 'history-incomplete',
      message: 'the repository that it was cloned from is shallow',
    });
  });
});

describe('a folder that is no repository', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-no-git-')));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is refused with what to do', async () => {
    await expect(open(folder)).rejects.toMatchObject({
      code: 'history-incomplete',
      message: `${folder} is not a Git repository`,
      fix: 'Check it out before this step: actions/checkout with fetch-depth: 0, and git installed.',
    });
  });

  test('or a run that is over: its reason is told', async () => {
    const reason = new Error('cancelled');

    await expect(
      openRepository(folder, { signal: AbortSignal.abort(reason), logger }),
    ).rejects.toBe(reason);
  });
});
