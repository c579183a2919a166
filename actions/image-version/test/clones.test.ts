import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createGitBench, playStory, type TestRepository } from '@slipway/testing/git';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

jest.setTimeout(60_000); // git is started some twenty times

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

const fix =
  'Give actions/checkout fetch-depth: 0, so that it brings all commits and tags; elsewhere run: git fetch --unshallow --tags origin';

async function countCommits(repository: TestRepository): Promise<number> {
  return Number(await repository.git('rev-list', '--count', '--all'));
}

describe('a clone that is not whole', () => {
  let source: TestRepository;
  const at: Record<string, string> = {};

  /** 300 commits, 1.4.0 ten commits before the end; a branch and its merge; a higher release elsewhere. */
  beforeAll(async () => {
    source = await bench.open();
    const many = Array.from({ length: 289 }, (_, index) => `chore: number ${index}`);
    await playStory(source, [...many, { tag: 'v1.4.0' }, ...Array<string>(9).fill('docs: a')]);
    [at['feat'] = '', at['last'] = ''] = await source.commit('feat: b', 'fix: c');
    await source.switch('feature', at['feat']);
    [at['side'] = ''] = await source.commit({ message: 'feat: d', files: { 'orders/d': 'd' } });
    await source.switch('pull', 'main');
    [at['merge'] = ''] = await source.commit({ message: 'Merge', merges: [at['side']] });
    await source.git('update-ref', 'refs/pull/7/merge', at['merge']);
    await source.switch('main');
    await source.git('branch', '-D', 'pull');
  });

  test.each([
    ['shallow', ['--depth=1']],
    ['shallow, and already deep enough but for the tags', ['--depth=20']],
    ['without tags', ['--no-tags']],
    ['without files', ['--filter=blob:none', '--no-checkout']],
    ['without files, folders and commits', ['--filter=tree:0', '--no-checkout']],
  ])('%s: what is missing is fetched', async (_name, args) => {
    const clone = await source.clone('--single-branch', ...args);

    expect((await outputsOf(clone))['version']).toBe('1.5.1');
  });

  test('shallow: no more is fetched than is needed', async () => {
    const clone = await source.clone('--depth=1');

    await outputsOf(clone);

    expect(await countCommits(clone)).toBe(65);
  });

  test.each([
    ['main', /^1\.5\.2$/],
    ['new', /^1\.5\.2-new\.1\./],
  ])('shallow: with a commit on %s that the remote does not have', async (branch, expected) => {
    const clone = await source.clone('--depth=2');
    await clone.switch(branch);
    await clone.commit('fix: e');

    expect((await outputsOf(clone))['version']).toMatch(expected);
    expect(await countCommits(clone)).toBeLessThan(80);
  });

  test('shallow: main has gone on meanwhile, which is fetched', async () => {
    const clone = await source.clone('--depth=1');
    const last = at['last'] ?? '';
    await source.commit('fix: later');

    const outputs = await outputsOf(clone, {}, { ref: 'refs/heads/main', commit: last });
    await source.git('update-ref', 'refs/heads/main', last);

    expect(outputs).toMatchObject({ version: '1.5.1', 'moving-tags': '' });
  });

  test('whole, of a run that is started again: main has gone on meanwhile', async () => {
    const clone = await source.clone();
    const last = at['last'] ?? '';
    const told = { ref: 'refs/heads/main', commit: last };
    await source.commit('fix: later');

    const [first, offline, again] = [
      await outputsOf(clone, {}, told),
      await outputsOf(clone, { deepen: 'false' }, { ...told, isAgain: true }),
      await outputsOf(clone, {}, { ...told, isAgain: true }),
    ];
    await source.git('update-ref', 'refs/heads/main', last);

    expect(first).toMatchObject({ version: '1.5.1', 'moving-tags': '1.5\n1\nlatest' });
    expect(again).toMatchObject({ version: '1.5.1', 'moving-tags': '' });
    expect(offline).toEqual(first);
  });

  test('shallow: a pull request into a maintenance branch, which is fetched', async () => {
    await source.switch('release/orders/1.5.x', at['last']);
    await source.commit('feat: f');
    await source.switch('main');
    await source.commit('feat: g');
    await source.switch('pull', 'release/orders/1.5.x');
    const [commit = ''] = await source.commit('fix: h');
    const clone = await source.clone('--depth=1', '--branch=pull');
    await clone.detach(commit);
    const told = { ref: 'refs/pull/8/merge', commit, target: 'release/orders/1.5.x' };

    const outputs = await outputsOf(clone, {}, told);
    await source.switch('main');
    await source.git('update-ref', 'refs/heads/main', at['last'] ?? '');
    await source.git('branch', '-D', 'pull', 'release/orders/1.5.x');

    expect(outputs['version']).toMatch(/^1\.5\.3-pr-8\.1\./);
  });

  test('shallow: a branch is compared with the release branch, which is fetched', async () => {
    const clone = await source.clone('--depth=1', '--branch=feature');

    const outputs = await outputsOf(clone);

    expect(outputs['version']).toMatch(/^1\.6\.0-feature\.1\./);
    expect(await countCommits(clone)).toBeLessThan(200);
  });

  test('shallow: a pull request, as a runner fetches it', async () => {
    const clone = await bench.open();
    await clone.git('remote', 'add', 'origin', `file://${source.folder}`);
    await clone.git('fetch', '--depth=1', 'origin', '+refs/pull/7/merge:refs/remotes/pull/7/merge');
    await clone.git('checkout', '--quiet', '--force', 'refs/remotes/pull/7/merge');
    const commit = at['merge'] ?? '';

    const outputs = await outputsOf(clone, {}, { ref: 'refs/pull/7/merge', commit });

    expect(outputs['version']).toMatch(/^1\.6\.0-pr-7\.1\./);
    expect(outputs['previous-version']).toBe('1.5.1');
  });

  test('shallow: where a higher release may be further back, all of it is fetched', async () => {
    await source.tag('v3.0.0', at['side']);
    const clone = await source.clone('--depth=1');

    const outputs = await outputsOf(clone);
    await source.git('tag', '--delete', 'v3.0.0');

    expect(outputs).toMatchObject({ version: '1.5.1', 'moving-tags': '1.5\n1' });
    expect(await countCommits(clone)).toBe(300);
  });

  test('shallow: a merge that says nothing is looked into', async () => {
    const clone = await source.clone('--depth=1');
    await clone.git('fetch', '--depth=1', 'origin', at['merge'] ?? '');
    await clone.git('update-ref', 'refs/heads/main', at['merge'] ?? '');

    expect((await outputsOf(clone))['version']).toBe('1.6.0');
  });

  test('shallow: a commit to compare with is looked for', async () => {
    const clone = await source.clone('--depth=1');

    const outputs = await outputsOf(clone, { base: at['feat'] ?? '' });

    expect(outputs).toMatchObject({ changed: 'true', version: '1.5.1' });
  });

  test.each([
    ['shallow', '--depth=1', 'this clone is shallow: older commits are cut off'],
    ['without tags', '--no-tags', 'this clone has no version tags'],
  ])(
    '%s: it is refused where nothing can be fetched, and where nothing may',
    async (_name, option, why) => {
      const clone = await source.clone(option);

      const forbidden = outputsOf(clone, { deepen: 'false' });
      await expect(forbidden).rejects.toMatchObject({
        code: 'history-incomplete',
        message: why,
        fix,
      });

      await clone.git('remote', 'set-url', 'origin', 'file:///nowhere');
      await expect(outputsOf(clone)).rejects.toMatchObject({
        code: 'history-incomplete',
        message: `${why}, and they cannot be fetched from origin`,
        fix,
      });
    },
  );

  test('shallow: with its tags, and deep enough, it is refused all the same where nothing may be fetched', async () => {
    const clone = await source.clone('--depth=20');
    await clone.git('fetch', '--depth=20', 'origin', 'tag', 'v1.4.0');
    const forbidden = { code: 'history-incomplete', fix };

    expect((await outputsOf(clone))['version']).toBe('1.5.1');
    await expect(outputsOf(clone, { deepen: 'false' })).rejects.toMatchObject(forbidden);
    await clone.git('remote', 'remove', 'origin');
    await expect(outputsOf(clone, { deepen: 'false' })).rejects.toMatchObject(forbidden);
  });

  describe('with some of its tags only', () => {
    const partial = 'this clone may have some of its tags only, by what it fetches';
    const narrow = ['remote.origin.fetch', '+refs/heads/main:refs/remotes/origin/main'] as const;

    beforeAll(() => source.tag('v2.0.0', at['side']));
    afterAll(() => source.git('tag', '--delete', 'v2.0.0'));

    test.each([
      ['of one branch', narrow],
      ['that fetches no tags', ['remote.origin.tagOpt', '--no-tags'] as const],
    ])('%s: the remote is asked, or it is refused with what to do', async (_name, setting) => {
      const clone = await source.clone();
      await clone.git('tag', '--delete', 'v2.0.0');
      await clone.git('config', ...setting);

      const outputs = await outputsOf(clone);

      expect(outputs).toMatchObject({ version: '1.5.1', 'moving-tags': '1.5\n1' });
      await expect(outputsOf(clone, { deepen: 'false' })).rejects.toMatchObject({
        code: 'history-incomplete',
        message: partial,
        fix: 'Give actions/checkout fetch-depth: 0, so that it brings all commits and tags; elsewhere run: git config remote.origin.tagOpt --tags && git fetch origin',
      });
    });

    test('and fetches all tags all the same: it needs nothing', async () => {
      const clone = await source.clone('--single-branch');
      await clone.git('config', 'remote.origin.tagOpt', '--tags');
      await clone.git('fetch', '--quiet', 'origin');

      expect(await outputsOf(clone, { deepen: 'false' })).toMatchObject({
        'moving-tags': '1.5\n1',
      });
    });
  });

  test('shallow: it is refused without a remote, and when that is shallow too', async () => {
    const middle = await source.clone('--depth=1');
    const clone = await source.clone('--depth=1');

    await clone.git('remote', 'set-url', 'origin', `file://${middle.folder}`);
    await middle.git('tag', 'v0.0.1');
    await expect(outputsOf(clone)).rejects.toMatchObject({
      code: 'history-incomplete',
      message: 'the repository that it was cloned from is shallow',
    });

    await clone.git('remote', 'remove', 'origin');
    await expect(outputsOf(clone)).rejects.toMatchObject({
      message:
        'this clone is shallow: older commits are cut off, and it has no remote to fetch them from',
    });
  });
});

describe('a repository', () => {
  const { GIT_DIR } = process.env;
  const others = [
    ...['GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_CONFIG', 'GIT_LITERAL_PATHSPECS', 'GIT_TRACE'],
  ];
  const story = ['feat: a', { tag: 'v1.0.0' }, 'fix: b'] as const;

  afterEach(() => {
    for (const name of others) Reflect.deleteProperty(process.env, name);
    if (GIT_DIR === undefined) delete process.env['GIT_DIR'];
  });

  test('before the first commit', async () => {
    const repository = await bench.open();

    await expect(outputsOf(repository)).rejects.toMatchObject({
      code: 'no-version',
      message: 'there is no commit yet',
    });
  });

  test('with a work tree of its own branch', async () => {
    const repository = await bench.open();
    await playStory(repository, story);
    const folder = `${repository.folder}-tree`;
    await repository.git('worktree', 'add', '--quiet', '-b', 'feature', folder);

    const outputs = await outputsOf({ ...repository, folder });

    expect(outputs['version']).toMatch(/^1\.0\.2-feature\.0\./);
  });

  test('inside another one, as its submodule', async () => {
    const [outer, inner] = [await bench.open(), await bench.open()];
    await playStory(inner, story);
    await playStory(outer, ['feat: z', { tag: 'v7.0.0' }]);
    const allow = ['-c', 'protocol.file.allow=always'];
    await outer.git(...allow, 'submodule', '--quiet', 'add', `file://${inner.folder}`, 'inner');

    const outputs = await outputsOf({ ...outer, folder: join(outer.folder, 'inner') });

    expect(outputs['version']).toBe('1.0.1');
  });

  test('whose folder has a name with spaces and line breaks', async () => {
    const repository = await bench.open();
    await playStory(repository, story);
    const folder = await mkdtemp(join(tmpdir(), 'slipway a\nb '));
    await repository.git('clone', '--quiet', repository.folder, folder);

    const outputs = await outputsOf({ ...repository, folder });
    await rm(folder, { recursive: true });

    expect(outputs['version']).toBe('1.0.1');
  });

  test('whose history is grafted in this clone alone', async () => {
    const repository = await bench.open();
    await playStory(repository, ['feat: a', { tag: 'v1.0.0' }, 'feat: b', 'fix: c']);
    const grafts = join(repository.folder, '.git', 'info', 'grafts');
    await mkdir(join(repository.folder, '.git', 'info'), { recursive: true });
    const [head = '', first = ''] = (await repository.git('rev-parse', 'HEAD', 'v1.0.0')).split(
      '\n',
    );
    await writeFile(grafts, `${head} ${first}\n`);

    expect((await outputsOf(repository))['version']).toBe('1.1.1');
  });

  test.each([
    ['far', '99999999999999 +0000', '9999-12-31T23:59:59Z'],
    ['beyond four digits', '300000000000 +0000', '9999-12-31T23:59:59Z'],
    ['no', '', '1970-01-01T00:00:00Z'],
  ])('whose commit has a date that is odd: %s', async (_name, date, created) => {
    const repository = await bench.open();
    await playStory(repository, ['feat: a']);
    const text = await repository.git('cat-file', 'commit', 'HEAD');
    const file = join(repository.folder, 'commit');
    await writeFile(file, text.replace(/^(committer .*>).*$/m, `$1 ${date}`));
    const write = ['hash-object', '-t', 'commit', '-w', '--literally', file] as const;
    const hash = (await repository.git(...write)).trim();
    await repository.updateRefs(`update refs/heads/main ${hash}\n`);

    expect((await outputsOf(repository))['labels']).toContain(`image.created=${created}\n`);
  });

  test('with hashes of SHA-256', async () => {
    const repository = await bench.open();
    await rm(join(repository.folder, '.git'), { recursive: true });
    await repository.git('init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    await playStory(repository, ['feat: a', { tag: 'v1.0.0' }, 'docs: b']);

    const outputs = await outputsOf(repository);

    expect(outputs['version']).toMatch(/^1\.0\.1-dev\.1\.g?[0-9a-f]{8}$/);
    expect(outputs['commit']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('whatever the environment says of others', async () => {
    const repository = await bench.open();
    await playStory(repository, [{ message: 'feat: a', files: { 'orders/a': 'a' } }]);
    const clone = await repository.clone('--depth=1', '--no-tags');
    for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_CONFIG'])
      process.env[name] = '/nowhere';
    Object.assign(process.env, { GIT_LITERAL_PATHSPECS: '1', GIT_TRACE: '1' });

    expect((await outputsOf(clone, { paths: 'orders/*' }))['version']).toBe('0.1.0');
  });
});
