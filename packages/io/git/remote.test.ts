import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestRepository, type TestRepository } from '@slipway/testing/git';
import { openRepository, type GitRepository } from './index.js';

const { signal } = new AbortController();
const open = (folder: string): Promise<GitRepository> => openRepository(folder, { signal });

describe('a remote', () => {
  let source: TestRepository;
  let first = '';
  let last = '';

  beforeAll(async () => {
    source = await createTestRepository();
    [first = '', , last = ''] = await source.commit('feat: a', 'feat: b', 'feat: c');
    await source.tag('v1.0.0', first, 'annotated');
  });
  afterAll(() => source.remove());

  async function openClone(...args: readonly string[]) {
    const clone = await source.clone(...args);
    const repository = await open(clone.folder);
    const remote = await repository.tryFindRemote();
    if (remote === undefined) throw new Error('the clone has a remote');
    return { clone, repository, remote };
  }

  test('tells its refs without sending anything', async () => {
    const { repository, remote } = await openClone('--depth=1');

    const told = await remote.listRefs(['refs/tags/*', 'refs/heads/main'], 'why');

    expect(told.tags).toEqual([{ name: 'v1.0.0', hash: first }]);
    expect([...told.branches]).toEqual([['refs/heads/main', last]]);
    expect((await repository.readRefs()).tags).toEqual([]);
  });

  test('gives a shallow clone some more commits, or all', async () => {
    const { repository, remote } = await openClone('--depth=1');
    const count = async (): Promise<number> => (await repository.listHashes({ to: 'HEAD' })).length;

    await remote.fetch({ depth: 1, branches: [], head: last }, 'why');
    const more = await count();
    await remote.fetch({ depth: 'all', branches: ['main'] }, 'why');
    await repository.refresh();

    expect([more, await count(), repository.isShallow]).toEqual([2, 3, false]);
  });

  test('that is gone is refused, with the reason that was given', async () => {
    const { clone } = await openClone();
    await clone.git('remote', 'set-url', 'origin', 'file:///nowhere');
    const remote = await (await open(clone.folder)).tryFindRemote();

    await expect(remote?.listRefs([], 'this clone has no version tags')).rejects.toMatchObject({
      code: 'history-incomplete',
      message: 'this clone has no version tags, and they cannot be fetched from origin',
    });
  });

  test('makes tags only where there is none, all of them or none', async () => {
    const { remote } = await openClone();
    const statesOf = async (...tags: readonly [string, string][]): Promise<readonly string[]> => {
      const pushed = await remote.createTags(tags.map(([name, hash]) => ({ name, hash })));
      return pushed.map(({ state }) => state);
    };

    expect(await statesOf(['a1.0.0', first], ['a1.1.0', last])).toEqual(['created', 'created']);
    expect(await statesOf(['a1.0.0', first])).toEqual(['unchanged']);
    expect(await statesOf(['a1.0.0', last], ['a1.2.0', last])).toEqual(['refused', 'refused']);
    expect((await source.git('tag', '--list', 'a*')).split('\n')).toEqual(['a1.0.0', 'a1.1.0', '']);
  });
});

describe('whatever a user has configured, tags are made', () => {
  let source: TestRepository;
  let head: string;

  beforeEach(async () => {
    source = await createTestRepository();
    [head = ''] = await source.commit('feat: a');
  });
  afterEach(() => source.remove());

  async function pushWith(clone: TestRepository): Promise<readonly string[]> {
    const remote = await (await open(clone.folder)).tryFindRemote();
    const pushed = await remote?.createTags([{ name: 'v1.0.0', hash: head }]);
    return pushed?.map(({ state, words }) => `${state} ${words}`) ?? [];
  }

  test.each([
    ['with others that are there', 'push.followTags', 'true'],
    ['signed', 'push.gpgSign', 'true'],
    ['with options for the server', 'push.pushOption', 'ci.skip'],
    ['of submodules, too', 'push.recurseSubmodules', 'only'],
    ['for a mirror', 'remote.origin.mirror', 'true'],
  ])('alone: %s', async (_name, key, value) => {
    const clone = await source.clone();
    await clone.tag('other', head, 'annotated');
    await clone.git('config', key, value);

    expect(await pushWith(clone)).toEqual(['created [new tag]']);
    expect(await source.git('tag', '--list')).toBe('v1.0.0\n');
  });

  test('where they are asked for, and not where else something is pushed to', async () => {
    const clone = await source.clone();
    const elsewhere = await source.clone();
    await clone.git('config', 'remote.origin.pushurl', `file://${elsewhere.folder}`);

    expect(await pushWith(clone)).toEqual(['created [new tag]']);
    expect(await source.git('tag', '--list')).toBe('v1.0.0\n');
    expect(await elsewhere.git('tag', '--list')).toBe('');
  });
});
