import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { collect, createTestRepository, type TestRepository } from '@slipway/testing/git';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openRepository,
  type CommitRange,
  type GitRepository,
  type LoggedCommit,
  type LogOptions,
} from './index.js';

const { signal } = new AbortController();
const open = (folder: string): Promise<GitRepository> => openRepository(folder, { signal });

describe('a history', () => {
  let source: TestRepository;
  let repository: GitRepository;
  const at: Record<string, string> = {};
  const nameOf = (hash: string): string =>
    Object.entries(at).find(([, other]) => other === hash)?.[0] ?? hash;
  const hashOf = (name: string): string => at[name] ?? name;
  const read = async (
    range: CommitRange,
    how: LogOptions = { isFirstParent: true, hasPaths: true, roots: [] },
  ): Promise<readonly LoggedCommit[]> => collect(repository.streamCommits(range, how));

  beforeAll(async () => {
    source = await createTestRepository();
    const files = (path: string): { readonly files: Record<string, string> } => ({
      files: { [path]: path },
    });
    [at['first'] = '', at['orders'] = '', at['alike'] = ''] = await source.commit(
      { message: 'first', ...files('README.md') },
      { message: 'feat: orders\n\ngrün\n', ...files('orders/a\nb') },
      { message: 'feat: alike', files: { 'orders-api/a': 'a', 'ü "x"': 'b' } },
    );
    await source.switch('side', at['orders']);
    [at['side'] = ''] = await source.commit({ message: 'fix: side', ...files('orders/b') });
    await source.switch('main');
    [at['merge'] = '', at['empty'] = ''] = await source.commit(
      { message: "Merge branch 'side'", merges: [at['side']], ...files('orders/b') },
      { message: '', files: {} },
    );
    await source.tag('v1.0.0', at['orders']);
    await source.tag('orders-v1.0.0', at['alike'], 'annotated');
    await source.tag('nested', 'orders-v1.0.0', 'a tag of a tag');
    await source.tag('v2.0.0', at['side']);
    repository = await open(source.folder);
  });
  afterAll(() => source.remove());

  test('is read along the first-parent line, newest first, with what each commit changes on it', async () => {
    const commits = await read({ to: hashOf('empty') });

    expect(commits.map(({ hash, paths }) => [nameOf(hash), ...paths])).toEqual([
      ['empty'],
      ['merge', 'orders/b'],
      ['alike', 'orders-api/a', 'ü "x"'],
      ['orders', 'orders/a\nb'],
      ['first', 'README.md'],
    ]);
    expect(commits[3]).toEqual({
      hash: at['orders'],
      parents: [at['first']],
      seconds: 1_767_225_720,
      message: 'feat: orders\n\ngrün\n',
      paths: ['orders/a\nb'],
    });
    expect(commits[1]?.parents).toEqual([at['alike'], at['side']]);
  });

  test('tells every commit, and only those of its paths that are asked for', async () => {
    const how = { isFirstParent: true, hasPaths: true, roots: ['orders', 'README.md'] };

    const commits = await read({ to: hashOf('empty') }, how);

    expect(commits.map(({ hash, paths }) => [nameOf(hash), ...paths])).toEqual([
      ['empty'],
      ['merge', 'orders/b'],
      ['alike'],
      ['orders', 'orders/a\nb'],
      ['first', 'README.md'],
    ]);
  });

  test('is read from a commit on, with what a merge brings', async () => {
    const range = { to: hashOf('empty'), without: [hashOf('alike')] };

    const line = await read(range, { isFirstParent: true, hasPaths: false, roots: [] });
    const all = await read(range, { isFirstParent: false, hasPaths: true, roots: [] });

    expect(line.map(({ hash, paths }) => [nameOf(hash), ...paths])).toEqual([['empty'], ['merge']]);
    expect(all.map(({ hash, paths }) => [nameOf(hash), ...paths])).toEqual([
      ['empty'],
      ['merge'],
      ['side', 'orders/b'],
    ]);
  });

  test('is left off when enough was read', async () => {
    const stream = repository.streamCommits(
      { to: hashOf('empty') },
      { isFirstParent: true, hasPaths: true, roots: [] },
    );

    for await (const commit of stream) {
      expect(nameOf(commit.hash)).toBe('empty');
      break;
    }
  });

  test('knows refs, however they are made', async () => {
    const { head = '', tags, branches } = await repository.readRefs();

    expect(nameOf(head)).toBe('empty');
    expect(tags.map(({ name, hash }) => [name, nameOf(hash)])).toEqual([
      ['nested', 'alike'],
      ['orders-v1.0.0', 'alike'],
      ['v1.0.0', 'orders'],
      ['v2.0.0', 'side'],
    ]);
    expect([...branches.keys()]).toEqual(['refs/heads/main', 'refs/heads/side']);
  });

  test('knows what contains what', async () => {
    const hashes = ['first', 'side', 'empty'].map(hashOf);
    const missing = 'f'.repeat(40);

    const unreached = await repository.listUnreached([...hashes, missing], hashOf('alike'));
    const tags = await repository.listTagsWith(hashOf('orders'), ['v', 'none']);
    const later = await repository.listTagsWith(hashOf('side'), ['v']);

    expect([...unreached].map(nameOf)).toEqual(['side', 'empty', missing]);
    expect([...tags]).toEqual(['v1.0.0', 'v2.0.0']);
    expect([...later]).toEqual(['v2.0.0']);
  });

  test.each([
    ['side', 'alike'],
    ['empty', 'side'],
  ])('tells what differs between %s and %s', async (from, to) => {
    const names = await repository.listChanged(hashOf(from), hashOf(to));
    const again = await repository.listChanged(hashOf(to), hashOf(from));
    const told = await source.git(
      'diff',
      '--name-only',
      '--no-renames',
      '-z',
      hashOf(from),
      hashOf(to),
    );

    expect([names, again]).toEqual([names, names]);
    expect(names.map((name) => `${name}\0`).join('')).toBe(told);
    expect(names).not.toEqual([]);
  });

  test('resolves what names a commit, and nothing else', async () => {
    const refs = ['HEAD', 'side', 'nested', hashOf('first'), 'nowhere', '-h', '0'.repeat(40)];

    const found = await Promise.all(refs.map((ref) => repository.tryResolve(ref)));
    const commits = await Promise.all(refs.map((ref) => repository.tryReadCommit(ref)));

    const expected = ['empty', 'side', 'alike', 'first', undefined, undefined, undefined];
    expect(found.map((hash) => hash && nameOf(hash))).toEqual(expected);
    expect(commits.map((commit) => commit && nameOf(commit.hash))).toEqual(expected);
    expect(await repository.tryReadBranch()).toBe('main');
    expect(await repository.tryFindRemote()).toBeUndefined();
  });

  test('takes tags, and moves none', async () => {
    const hash = hashOf('first');

    await repository.addTags([
      { name: 'v1.0.0', hash },
      { name: 'v0.1.0', hash },
    ]);
    const { tags } = await repository.readRefs();
    await source.git('tag', '--delete', 'v0.1.0');

    const known = new Map(tags.map((tag) => [tag.name, nameOf(tag.hash)]));
    expect([known.get('v1.0.0'), known.get('v0.1.0')]).toEqual(['orders', 'first']);
  });
});

describe('whatever the settings are', () => {
  test.each([
    ['log.showSignature', 'true'],
    ['log.showRoot', 'false'],
    ['log.diffMerges', 'combined'],
    ['log.follow', 'true'],
    ['log.decorate', 'full'],
    ['core.quotePath', 'true'],
    ['core.pager', 'false'],
    ['color.ui', 'always'],
    ['diff.renames', 'copies'],
    ['diff.relative', 'true'],
    ['diff.noprefix', 'true'],
    ['diff.ignoreSubmodules', 'all'],
    ['i18n.logOutputEncoding', 'ISO-8859-1'],
    ['format.pretty', 'oneline'],
  ])('%s=%s changes nothing', async (key, value) => {
    const source = await createTestRepository();
    const files = { 'a/ü': 'one\ntwo\nthree\n' };
    const [first = ''] = await source.commit({ message: 'feat: grün', files });
    await source.commit({
      message: 'fix: moved',
      files: { b: 'one\ntwo\nthree\n' },
      deletes: ['a/ü'],
    });
    const how = { isFirstParent: true, hasPaths: true, roots: [] };
    const repository = await open(source.folder);
    const before = await collect(repository.streamCommits({ to: 'HEAD' }, how));

    await source.git('config', key, value);
    const after = await collect(repository.streamCommits({ to: 'HEAD' }, how));
    await source.remove();

    expect(after).toEqual(before);
    expect(after.map(({ message, paths }) => [message, ...paths])).toEqual([
      ['fix: moved', 'a/ü', 'b'],
      ['feat: grün', 'a/ü'],
    ]);
    expect(after.at(-1)?.hash).toBe(first);
  });
});

test.each([
  ['in another encoding, which git knows', 'encoding ISO-8859-1\n', 'fix: grün'],
  ['in bytes of which nobody knows the encoding', '', 'fix: gr\ufffdn'],
])('a message %s is read', async (_name, header, expected) => {
  const source = await createTestRepository();
  const [parent = ''] = await source.commit('feat: a');
  const tree = (await source.git('rev-parse', 'HEAD^{tree}')).trim();
  const who = 'ada <ada@example.com> 1767225600 +0000';
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n${header}\nfix: grün`;
  await writeFile(join(source.folder, 'commit'), Buffer.from(text, 'latin1'));
  const hash = (await source.git('hash-object', '-w', '-t', 'commit', 'commit')).trim();
  const repository = await open(source.folder);

  const commit = await repository.tryReadCommit(hash);
  await source.remove();

  expect(commit?.message.trim()).toBe(expected);
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

  test('a bare clone, too', async () => {
    const source = await createTestRepository();
    const { folder: bare } = await source.clone('--bare');

    const opening = open(bare);

    await expect(opening).rejects.toMatchObject({
      code: 'history-incomplete',
      message: `${bare} is a bare clone, without any files`,
    });
    await source.remove();
  });

  test('or a run that is over: its reason is told', async () => {
    const reason = new Error('cancelled');

    await expect(openRepository(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
