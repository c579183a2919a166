import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { createGitBench, playStory, type Step } from '@slipway/testing/git';
import { createRecordingLogger } from '@slipway/testing/logger';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

jest.setTimeout(60_000); // git is started some twenty times

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

type Texts = Readonly<Record<string, string>>;

/** The message of a refusal, with names for the hashes that it has. */
async function refusalOf(story: readonly Step[], inputs: Texts = {}): Promise<string> {
  const repository = await bench.open();
  const names = await playStory(repository, story);
  const refusal: unknown = await outputsOf(repository, inputs).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'no-version' });
  const { message, fix } = refusal as { message: string; fix: string };
  return [...names].reduce(
    (text, [name, hash]) => text.replaceAll(hash.slice(0, 7), name),
    `${message} · ${fix}`,
  );
}

const begin: readonly Step[] = ['feat: a', { tag: 'v1.4.0' }];

describe('a number is refused', () => {
  test('that a commit of another branch has', async () => {
    const said = await refusalOf([
      ...[...begin, { branch: 'hotfix' }, { message: 'fix: b', name: 'other' }, { tag: 'v1.4.1' }],
      ...[{ branch: 'main' }, 'fix: c'],
    ]);

    expect(said).toBe(
      '1.4.1 is the next version of orders, and v1.4.1 names another commit already (other) · Merge the line that has this tag, or choose a higher number with the input bump.',
    );
  });

  test('that is above a release which came later', async () => {
    const said = await refusalOf([
      ...[...begin, 'feat!: b', 'fix: c', { tag: 'v1.4.1' }, { detach: 'main~1' }],
    ]);

    expect(said).toBe(
      '2.0.0 would be the version of orders here, and v1.4.1, which came later, is below it · Take v1.4.1: it contains this commit.',
    );
  });

  test('of a maintenance branch that the release branch has', async () => {
    const said = await refusalOf([
      ...[...begin, { message: 'fix: b', name: 'onMain' }],
      ...[{ branch: 'release/orders/1.4.x', from: 'v1.4.0' }, 'fix: c'],
    ]);

    expect(said).toBe(
      '1.4.1 is the next version of orders here, and onMain on main has it · Begin the branch at the last commit of its line on main, or merge that.',
    );
  });

  test('of a maintenance branch that began on another line', async () => {
    const said = await refusalOf([
      ...[...begin, 'feat: b', { branch: 'release/orders/1.4.x' }, 'fix: c'],
    ]);

    expect(said).toBe(
      'the branch release/orders/1.4.x is for 1.4, and its commit would be 1.5.1 of orders · Begin the branch at a commit whose version is 1.4.0 or a later one of 1.4.',
    );
  });

  const ways =
    'Tag the commit that shall have it, and merge its line here; or choose a higher number with the input bump.';

  test('of a branch that fixes it, where main has it without a tag', async () => {
    const said = await refusalOf([
      ...[...begin, { message: 'feat: b', name: 'onMain' }],
      ...[{ branch: 'release/orders/1.5.0', from: 'v1.4.0' }, 'fix: c'],
    ]);

    expect(said).toBe(
      `1.5.0 is the next version of orders here, and onMain on main has it · ${ways}`,
    );
  });

  test.each([
    ['that fixes it', 'release/orders/1.5.0', ['fix: b'], 'feat: c', '1.5.0'],
    ['that would fix it', 'release/orders/1.5.0', [], 'feat: c', '1.5.0'],
    ['for its line', 'release/orders/1.4.x', ['feat: b'], 'fix: c', '1.4.1'],
    [
      'for its line, after another',
      'release/orders/1.4.x',
      ['fix: b', 'fix: d'],
      'fix: c',
      '1.4.1',
    ],
  ])(
    'of main, where a branch %s has it without a tag',
    async (_name, branch, added, own, number) => {
      const [first = '', ...rest] = added;
      const named: readonly Step[] =
        added.length === 0 ? [] : [{ message: first, name: 'onBranch' }, ...rest];

      const said = await refusalOf([
        ...[
          { message: 'feat: a', name: 'start' },
          { tag: 'v1.4.0' },
          { message: 'docs: z', name: 'words' },
        ],
        ...[{ branch }, ...named, { branch: 'main' }, own],
      ]);

      const holder = added.length === 0 ? 'words' : 'onBranch';
      expect(said).toBe(
        `${number} is the next version of orders here, and ${holder} on ${branch} has it · ${ways}`,
      );
    },
  );

  test('of a branch that was pulled over what others had pushed', async () => {
    const said = await refusalOf([
      ...[...begin, { message: 'fix: b', name: 'pushed' }],
      ...[{ git: ['update-ref', 'refs/remotes/origin/main', 'HEAD'] } as const],
      ...[{ git: ['reset', '--soft', 'HEAD~1'] } as const, 'fix: c'],
    ]);

    expect(said).toBe(
      `1.4.1 is the next version of orders here, and pushed on main has it · ${ways}`,
    );
  });

  test('of a branch that fixes it, where somebody sets another level', async () => {
    const story = [...begin, { branch: 'release/orders/2.0.0' }, 'fix: b', 'fix: c'];

    expect(await refusalOf(story, { bump: 'minor' })).toBe(
      'the branch release/orders/2.0.0 says the number, and what it adds are patches: the input bump cannot be minor · Leave bump out, or set it to patch; another number takes another branch, release/orders/….',
    );
  });

  test('of a branch that fixes one below what it contains', async () => {
    const said = await refusalOf([
      ...[...begin, 'feat: b', { branch: 'release/orders/1.4.5' }, 'fix: c'],
    ]);

    expect(said).toBe(
      'the branch release/orders/1.4.5 says 1.4.5, which is not above 1.5.0 that this commit contains · Name the branch after a higher version: release/orders/….',
    );
  });
});

describe('tags with another prefix than the usual one are not passed over', () => {
  test('without any', async () => {
    expect(await refusalOf(['feat: a', { tag: '1.3.0' }, { tag: '1.4.0' }, 'fix: b'])).toBe(
      'the last version of orders is not certain: no tag begins with v, but there is 1.4.0 · Set tag-prefix: none if that is one of its versions, else tag-prefix: v.',
    );
  });

  test('where somebody chose one, it is told', async () => {
    const repository = await bench.open();
    await playStory(repository, ['feat: a', { tag: 'v1.4.0' }, { tag: 'web-v2.0.0' }, 'fix: b']);
    const logger = createRecordingLogger();
    const inputs = { 'tag-prefix': 'orders-v' };

    const outputs = await outputsOf(repository, inputs, { runtime: { logger } });

    expect(outputs['version']).toBe('0.1.1');
    expect(logger.lines).toContain(
      '[warning] orders: no tag begins with orders-v, but there is v1.4.0: the versions of orders begin anew',
    );
  });
});

describe('a number that is too large for a version is not passed over', () => {
  const large = { tag: 'v1.4.20240101123045123' };

  test.each([
    ['alone', ['feat: a', large, 'fix: b']],
    ['above the last version', [...begin, 'fix: c', large, 'fix: b']],
  ])('%s', async (_name, story) => {
    expect(await refusalOf(story)).toBe(
      'the last version of orders is not certain: v1.4.20240101123045123 has a number above 9007199254740991, which no version can have · Give its commit a tag with smaller numbers, and delete this one.',
    );
  });

  test('unless the commit has a version', async () => {
    const repository = await bench.open();
    await playStory(repository, ['feat: a', large, 'fix: b', { tag: 'v1.5.0' }]);

    expect((await outputsOf(repository))['version']).toBe('1.5.0');
  });
});

describe('strict', () => {
  const strict = { strict: 'true' };

  test('names the commits that follow no convention, the newest first', async () => {
    const story: readonly Step[] = [
      ...[...begin, { message: 'Update', name: 'one' }, 'fix: b', { message: '', name: 'two' }],
      'Slip\n\nSlipway-Release: none',
    ];

    expect(await refusalOf(story, strict)).toBe(
      'the version of orders is not certain: these commits follow no convention: “” (two), “Update” (one) · Write messages as https://www.conventionalcommits.org has them (“fix: …”), tag the version, or set strict to false.',
    );
  });

  test('names some of many', async () => {
    const said = await refusalOf([...begin, ...Array<string>(13).fill('Update')], strict);

    expect(said).toContain(' and 3 more · ');
  });

  test.each([
    ['what git writes itself', [...begin, 'Revert "feat: a"', "Merge branch 'x'"]],
    ['what has a tag', [...begin, 'Update', { tag: 'v1.4.1' }]],
    ['what was tagged before', ['Update', { tag: 'v1.4.0' }, 'fix: a']],
  ])('takes %s', async (_name, story) => {
    const repository = await bench.open();
    await playStory(repository, story);

    expect((await outputsOf(repository, strict))['version']).toMatch(/^1\.4\.[12]$/);
  });

  test('holds for the commits of a branch, too', async () => {
    const said = await refusalOf([...begin, { branch: 'side' }, 'Update'], strict);

    expect(said).toContain('“Update”');
  });
});
