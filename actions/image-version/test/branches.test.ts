import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGitBench, type TestRepository } from '@slipway/testing/git';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

describe('merges', () => {
  let repository: TestRepository;

  beforeAll(async () => {
    repository = await bench.open();
    await repository.commit('feat: a');
    await repository.tag('v1.0.0');
  });

  test.each([
    ['is as much as what it brings', ["Merge branch 'x'"], ['feat: b', 'fix: c'], '1.1.0'],
    ['that brings a break', ["Merge branch 'x'"], ['fix!: b'], '2.0.0'],
    ['that brings only words', ["Merge branch 'x'"], ['docs: b'], '1.0.1-dev.1.'],
    [
      'is what the pull request below it says',
      ['Merge pull request #7 from ada/x\n\nfix: b'],
      ['feat: wip'],
      '1.0.1',
    ],
    ['is what it says itself', ['feat: b (#7)'], ['wip'], '1.1.0'],
    [
      'does not count twice what was merged before',
      ["Merge branch 'y'", "Merge branch 'x'"],
      ['feat: b'],
      '1.1.1',
    ],
  ])('a merge %s', async (name, titles, commits, expected) => {
    const branch = name.replaceAll(' ', '-');
    await repository.switch(`main-${branch}`, 'v1.0.0');
    await repository.switch(`side-${branch}`, 'v1.0.0');
    const hashes = await repository.commit(...commits);
    await repository.switch(`main-${branch}`);
    for (const message of titles) {
      await repository.commit({ message, merges: [hashes.at(-1) ?? ''] });
    }

    const outputs = await outputsOf(repository, { 'release-branches': `main-${branch}` });

    expect(outputs['version']?.slice(0, expected.length)).toBe(expected);
    expect(outputs['is-release']).toBe(`${!expected.includes('-')}`);
  });
});

describe('a branch or pull request', () => {
  let repository: TestRepository;
  const at: Record<string, string> = {};

  beforeAll(async () => {
    repository = await bench.open();
    [at['base'] = '', at['main'] = ''] = await repository.commit('feat: a', 'feat: untagged');
    await repository.tag('v1.4.0', at['base']);
    await repository.switch('feature/New_prices!');
    [at['wip'] = '', at['feature'] = ''] = await repository.commit('wip', 'feat: prices');
    await repository.switch('main');
    [at['next'] = ''] = await repository.commit('docs: words');
    await repository.switch('temporary');
    [at['merge'] = ''] = await repository.commit({
      message: 'Merge feature into main',
      merges: [at['feature'] ?? ''],
    });
    await repository.switch('main');
    await repository.git('branch', '-D', 'temporary');
  });

  test('gets a prerelease of what it would make, before and after it is merged', async () => {
    await repository.switch('feature/New_prices!');
    const expected = `1.6.0-feature-new-prices.2.${at['feature']?.slice(0, 8) ?? ''}`;

    const before = await outputsOf(repository);
    await repository.git('update-ref', 'refs/heads/main', at['merge'] ?? '');
    const after = await outputsOf(repository);
    await repository.git('update-ref', 'refs/heads/main', at['next'] ?? '');

    expect(before).toMatchObject({
      version: expected,
      'previous-version': '1.5.0',
      level: 'minor',
      tag: '',
      'image-tags': expected,
      'moving-tags': '',
      'is-release': 'false',
      changed: 'true',
      commit: at['feature'],
    });
    expect(after).toEqual(before);
  });

  test.each([
    [
      'the merge commit of a pull request',
      'merge',
      { ref: 'refs/pull/7/merge', commit: 'merge' },
      /^1\.6\.0-pr-7\.2\./,
    ],
    [
      'the head of a pull request',
      'feature',
      { ref: 'refs/pull/7/merge', commit: 'merge' },
      /^1\.6\.0-pr-7\.2\./,
    ],
    [
      'a merge queue',
      'merge',
      { ref: `refs/heads/gh-readonly-queue/main/pr-7-${'a'.repeat(40)}`, commit: 'merge' },
      /^1\.6\.0-queue-pr-7\.2\./,
    ],
    ['a release branch, detached', 'main', {}, /^1\.5\.0$/],
    ['nothing that has a name', 'feature', {}, /^1\.6\.0-detached\.2\./],
    [
      'another commit than the one that started the run',
      'main',
      { ref: 'refs/heads/feature', commit: 'feature' },
      /^1\.5\.0$/,
    ],
    [
      'a branch that adds nothing yet',
      'main',
      { ref: 'refs/heads/fresh', commit: 'main' },
      /^1\.5\.1-fresh\.0\./,
    ],
    [
      'a branch named like a version',
      'feature',
      { ref: 'refs/heads/v9.9.9', commit: 'feature' },
      /^1\.6\.0-v9-9-9\.2\./,
    ],
    [
      'a branch that is a number',
      'feature',
      { ref: 'refs/heads/007', commit: 'feature' },
      /^1\.6\.0-branch-007\.2\./,
    ],
    [
      'the release branch of another service',
      'feature',
      { ref: 'refs/heads/release/catalog/1.9.0', commit: 'feature' },
      /^1\.6\.0-release-catalog-1-9-0\.2\./,
    ],
  ])('checked out is %s', async (_name, commit, environment, expected) => {
    await repository.detach(at[commit] ?? '');
    const told = 'commit' in environment ? { commit: at[environment.commit] ?? '' } : {};

    const outputs = await outputsOf(repository, {}, { ...environment, ...told });
    await repository.switch('main');

    expect(outputs['version']).toMatch(expected);
    expect(outputs['previous-version']).toBe(outputs['is-release'] === 'true' ? '1.4.0' : '1.5.0');
  });

  test('that leaves a tagged commit goes on from its version', async () => {
    await repository.switch('from-tag', at['base']);
    await repository.commit('fix: b');

    const outputs = await outputsOf(repository);
    await repository.tag('v1.4.7', 'from-tag');
    const tagged = await outputsOf(repository);
    await repository.git('tag', '--delete', 'v1.4.7');
    await repository.switch('main');

    expect(outputs['version']).toMatch(/^1\.4\.1-from-tag\.1\./);
    expect(outputs['previous-version']).toBe('1.4.0');
    expect(tagged).toMatchObject({ version: '1.4.7', 'is-release': 'true', tag: 'v1.4.7' });
  });

  test('a pull request into another branch goes on from that branch', async () => {
    await repository.switch('develop', at['main']);
    await repository.commit('feat: b');
    await repository.switch('pull', 'develop');
    const [head = ''] = await repository.commit('fix: c');
    await repository.switch('merged', 'develop');
    const [commit = ''] = await repository.commit({ message: 'Merge c', merges: [head] });
    await repository.detach(commit);

    const outputs = await outputsOf(repository, {}, { ref: 'refs/pull/8/merge', commit });
    await repository.switch('main');

    expect(outputs['version']).toMatch(/^1\.6\.1-pr-8\.1\./);
    expect(outputs).toMatchObject({ 'previous-version': '1.6.0', level: 'patch' });
  });

  test.each([
    [
      'below what it contains',
      'release/orders/1.4.0',
      'the branch release/orders/1.4.0 says 1.4.0, which is not above 1.5.1 that this commit contains',
    ],
  ])('a release branch is refused: %s', async (_name, branch, message) => {
    const environment = { ref: `refs/heads/${branch}`, commit: at['feature'] ?? '' };
    await repository.detach(environment.commit);

    const work = outputsOf(repository, {}, environment);

    await expect(work).rejects.toMatchObject({ code: 'no-version', message });
    await repository.switch('main');
  });
});
