import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGitBench, type TestRepository } from '@slipway/testing/git';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

type Texts = Readonly<Record<string, string>>;

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

const hashPattern = '[0-9a-f]{8}|g[0-9]{8}';

describe('one service on its release branch', () => {
  test('each commit is bumped by its own level, and says the same before and after it is tagged', async () => {
    const repository = await bench.open();
    const [base = '', feat = '', docs = '', fix = ''] = await repository.commit(
      'chore: begin',
      'feat: prices',
      'docs: prices',
      'fix: rounding',
    );
    await repository.tag('v1.4.0', base);
    const versions: Texts[] = [];

    for (const hash of [base, feat, docs, fix]) {
      await repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
      await repository.git('update-ref', 'refs/heads/main', hash);
      versions.push(await outputsOf(repository));
    }
    await repository.tag('v1.5.0', feat);
    await repository.tag('v1.5.1', fix, 'annotated');
    const again = await outputsOf(repository);

    expect(versions.map((outputs) => outputs['version'])).toEqual([
      '1.4.0',
      '1.5.0',
      `1.5.1-dev.1.${docs.slice(0, 8)}`,
      '1.5.1',
    ]);
    expect(versions.map((outputs) => outputs['level'])).toEqual([
      'patch',
      'minor',
      'none',
      'patch',
    ]);
    expect(versions.map((outputs) => outputs['is-release'])).toEqual([
      'true',
      'true',
      'false',
      'true',
    ]);
    expect(versions.at(-1)).toMatchObject({ 'previous-version': '1.5.0', tag: 'v1.5.1' });
    expect(again).toEqual({ ...versions.at(-1), changelog: again['changelog'] });
  });

  test('a push that ends with commits that make no version releases the newest that does', async () => {
    const repository = await bench.open();
    const [before = '', , fix = '', docs = ''] = await repository.commit(
      'chore: begin',
      'feat: prices',
      'fix: rounding',
      'docs: prices',
    );
    await repository.tag('v1.4.0', before);

    const pushed = await outputsOf(repository, { base: before });
    const documented = await outputsOf(repository, { base: fix });

    expect(pushed).toMatchObject({
      version: '1.5.1',
      commit: fix,
      level: 'patch',
      'is-release': 'true',
      changed: 'true',
      'previous-version': '1.5.0',
    });
    expect(documented).toMatchObject({
      version: `1.5.2-dev.1.${docs.slice(0, 8)}`,
      commit: docs,
      'is-release': 'false',
    });
  });

  test('all that is said about a version', async () => {
    const repository = await bench.open();
    const [, , head = ''] = await repository.commit('feat: a', 'feat(api): b', 'feat!: c');
    await repository.tag('v1.4.0', 'HEAD~2');

    expect(await outputsOf(repository)).toEqual({
      version: '2.0.0',
      'previous-version': '1.5.0',
      level: 'major',
      tag: 'v2.0.0',
      'image-tags': '2.0.0',
      'moving-tags': '2.0\n2\nlatest',
      labels: [
        'org.opencontainers.image.version=2.0.0',
        `org.opencontainers.image.revision=${head}`,
        'org.opencontainers.image.created=2026-01-01T00:03:00Z',
        'org.opencontainers.image.source=https://github.com/shop/orders',
        'slipway.dev/level=major',
      ].join('\n'),
      annotations: expect.stringContaining('org.opencontainers.image.version=2.0.0'),
      changed: 'true',
      'is-release': 'true',
      changelog: expect.stringMatching(
        /^### Breaking changes\n\n- c \(.*\n\n### Features\n\n- \*\*api:\*\* b/,
      ),
      commit: head,
      'tag-created': 'false',
      'release-url': '',
      matrix: JSON.stringify({
        include: [
          {
            service: 'orders',
            version: '2.0.0',
            'previous-version': '1.5.0',
            level: 'major',
            tag: 'v2.0.0',
            'is-release': true,
            commit: head,
          },
        ],
      }),
    });
  });

  test('a commit by Slipway itself makes no version', async () => {
    const repository = await bench.open();
    await repository.commit('feat: a', 'chore: set the image\n\nSlipway-Release: none\n');

    const outputs = await outputsOf(repository);

    expect(outputs['version']).toMatch(new RegExp(`^0\\.1\\.1-dev\\.1\\.(${hashPattern})$`));
    expect(outputs).toMatchObject({ level: 'none', 'is-release': 'false', tag: '' });
    expect(outputs['moving-tags']).toBe('');
  });

  test('a number that another commit has is refused', async () => {
    const repository = await bench.open();
    const [base = ''] = await repository.commit('feat: a');
    await repository.tag('v1.0.0', base);
    await repository.switch('hotfix');
    const [other = ''] = await repository.commit('fix: urgent');
    await repository.tag('v1.0.1', other);
    await repository.switch('main');
    await repository.commit('fix: b');

    await expect(outputsOf(repository)).rejects.toMatchObject({
      code: 'no-version',
      message: `1.0.1 is the next version of orders, and v1.0.1 names another commit already (${other.slice(0, 7)})`,
    });
  });

  test('a backport moves only what is its own', async () => {
    const repository = await bench.open();
    const [base = ''] = await repository.commit('feat: a', 'feat: b');
    await repository.tag('v1.4.0', base);
    await repository.tag('v1.5.0');
    await repository.switch('main', 'main');
    await repository.git('update-ref', 'refs/heads/main', base);
    await repository.commit('fix: c');

    expect(await outputsOf(repository)).toMatchObject({
      version: '1.4.1',
      'moving-tags': '1.4',
    });
  });
});

describe('tags', () => {
  let repository: TestRepository;
  let hashes: readonly string[] = [];

  beforeAll(async () => {
    repository = await bench.open();
    hashes = await repository.commit('feat: a', 'fix: b', 'feat: c');
  });

  test.each([
    ['none', [], '0.2.0'],
    ['that are no versions', ['v1', 'v1.2', 'v01.2.3', 'v1.2.3+x'], '0.2.0'],
    ['of the commit before', ['', 'v1.0.0'], '1.1.0'],
    ['of two commits', ['v1.0.0', 'v1.1.0'], '1.2.0'],
    ['of which the older one is higher', ['v2.0.0', 'v1.1.0'], '2.1.0'],
    ['of a prerelease: it is no base', ['v1.0.0', 'v1.1.0-rc.1'], '1.1.0'],
    ['of HEAD', ['v1.0.0', '', 'v3.2.1'], '3.2.1'],
    ['of HEAD, a prerelease', ['v1.0.0', '', 'v1.1.0-rc.1'], '1.1.0-rc.1'],
  ])('%s', async (name, tags, expected) => {
    const prefix = `${name.replaceAll(/[^a-z]/g, '-')}/`;
    for (const [index, tag] of tags.entries()) {
      const at = index < hashes.length ? index : 0;
      if (tag !== '') await repository.tag(`${prefix}${tag}`, hashes[at]);
    }

    const outputs = await outputsOf(repository, { 'tag-prefix': `${prefix}v` });

    expect(outputs['version']).toBe(expected);
    expect(outputs['tag']).toBe(`${prefix}v${expected}`);
  });
});
