import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGitBench, type TestRepository } from '@slipway/testing/git';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

describe('a clone that is not whole', () => {
  let source: TestRepository;

  beforeAll(async () => {
    source = await bench.open();
    const [first = ''] = await source.commit('feat: a', 'feat: b', 'fix: c');
    await source.tag('v1.4.0', first);
  });

  test.each([
    ['shallow', ['--depth=1']],
    ['without tags', ['--no-tags']],
    ['without files', ['--filter=blob:none', '--no-checkout']],
  ])('%s: what is missing is fetched', async (_name, args) => {
    const clone = await source.clone(...args);

    expect((await outputsOf(clone))['version']).toBe('1.5.1');
  });

  test.each([
    ['shallow', '--depth=1', 'this clone is shallow: older commits are cut off'],
    ['without tags', '--no-tags', 'this clone has no version tags'],
  ])('%s: it is refused where that is not possible', async (_name, option, why) => {
    const clone = await source.clone(option);
    await clone.git('remote', 'set-url', 'origin', 'file:///nowhere');

    await expect(outputsOf(clone)).rejects.toMatchObject({
      code: 'history-incomplete',
      message: `${why}, and they cannot be fetched from origin`,
      fix: 'Give actions/checkout fetch-depth: 0, so that it brings all commits and tags; elsewhere run: git fetch --unshallow --tags origin',
    });
  });

  test('before the first commit', async () => {
    const repository = await bench.open();

    await expect(outputsOf(repository)).rejects.toMatchObject({
      code: 'no-version',
      message: 'there is no commit yet',
    });
  });
});
