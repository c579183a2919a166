import { describe, expect, test } from '@jest/globals';
import {
  bumpVersion,
  compareVersions,
  computeChange,
  computeMovingTags,
  findHighestLevel,
  foldVersions,
  formatAnnotations,
  formatPrerelease,
  formatSlug,
  groupMergedCommits,
  isUntoldMerge,
  listAddedCommits,
  parseTagPrefix,
  parseVersion,
  selectVersionTags,
  type Change,
  type Commit,
} from './index.js';

const initial = parseVersion('0.1.0');
const hashOf = (index: number): string => `${'abcdef'[index % 6] ?? ''}${index}`.padEnd(40, '0');
const commitOf = (message: string, index = 0, parents: readonly string[] = []): Commit => ({
  hash: hashOf(index),
  parents,
  seconds: index,
  message,
});
const nodeOf = (index: number, parents: readonly string[]) => ({
  ...{ hash: hashOf(index), parents, isTold: false },
});
const changesOf = (...messages: readonly string[]): readonly Change[] =>
  messages.map((message, index) => computeChange(commitOf(message, index), []));

describe('the fold', () => {
  test.each([
    [
      'each bumps by its own level',
      '1.4.0',
      ['fix: a', 'feat: b', 'fix: c'],
      ['1.4.1', '1.5.0', '1.5.1'],
    ],
    ['a break', '1.4.2', ['feat!: a', 'fix: b'], ['2.0.0', '2.0.1']],
    ['a break before 1.0.0', '0.4.2', ['feat!: a'], ['1.0.0']],
    ['nothing released yet', undefined, ['feat!: a', 'fix: b'], ['0.1.0', '0.1.1']],
    [
      'what makes no version counts from the release before it',
      '1.4.0',
      ['docs: a', 'ci: b', 'fix: c', 'docs: d'],
      ['1.4.1-dev.1.a0000000', '1.4.1-dev.2.b1000000', '1.4.1', '1.4.2-dev.1.d3000000'],
    ],
    [
      'before the first release',
      undefined,
      ['docs: a', 'fix: b'],
      ['0.1.0-dev.1.a0000000', '0.1.0'],
    ],
    ['no commit', '1.4.0', [], []],
  ])('%s', (_name, from, messages, expected) => {
    const base = from === undefined ? {} : { from: parseVersion(from) };

    const steps = foldVersions(changesOf(...messages), { ...base, initial, majorZero: 'major' });

    expect(steps.map(({ version }) => version)).toEqual(expected);
    expect(steps.map(({ isRelease }) => isRelease)).toEqual(
      expected.map((version) => !version.includes('-')),
    );
  });

  test.each([
    ['major', ['1.0.0', '1.1.0', '1.1.1']],
    ['minor', ['0.5.0', '0.6.0', '0.6.1']],
    ['shift', ['0.5.0', '0.5.1', '0.5.2']],
  ] as const)('before 1.0.0 a break is told by the rule %s', (majorZero, expected) => {
    const changes = changesOf('feat!: a', 'feat: b', 'fix: c');
    const from = parseVersion('0.4.2');

    const steps = foldVersions(changes, { from, initial, majorZero });
    const later = foldVersions(changes, { from: parseVersion('1.0.0'), initial, majorZero });

    expect(steps.map(({ version }) => version)).toEqual(expected);
    expect(later.map(({ version }) => version)).toEqual(['2.0.0', '2.1.0', '2.1.1']);
  });

  test('gives each commit the release before it', () => {
    const steps = foldVersions(changesOf('feat: a', 'docs: b', 'fix: c'), {
      initial,
      majorZero: 'major',
    });

    expect(steps.map(({ previous }) => previous)).toEqual([undefined, '0.1.0', '0.1.0']);
  });

  test('only goes up, whatever the commits say', () => {
    const kinds = ['feat: a', 'fix: a', 'docs: a', 'feat!: a', 'words'];
    const messages = Array.from(
      { length: 200 },
      (_, index) => kinds[(index * index + 3) % 5] ?? '',
    );

    const versions = foldVersions(changesOf(...messages), { initial, majorZero: 'major' }).map(
      ({ version }) => version,
    );

    expect(versions.toSorted(compareVersions)).toEqual(versions);
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('a prerelease', () => {
  test.each([
    ['feature/New prices!', 'feature-new-prices'],
    ['--x--', 'x'],
    ['007', 'branch-007'],
    ['äöü', 'branch'],
    ['v1.2.3', 'v1-2-3'],
    [`a${'-b'.repeat(40)}`, 'a-b-b-b-b-b-b-b-b-b-b-b-b-b-b'],
    ['ab'.repeat(40), 'ab'.repeat(15)],
    [`${'1'.repeat(30)}a`, `branch-${'1'.repeat(23)}`],
  ])('the branch %s is named %s', (name, slug) => {
    expect(formatSlug(name)).toBe(slug);
  });

  test('is named by no number, wherever it is cut', () => {
    expect(formatSlug('01-ab', 3)).toBe('bra');
    expect(formatSlug('01-ab', 4)).toBe('01-a');
  });

  test.each([
    ['letters and digits', '1a2b3c4d', '1.5.0-x.3.1a2b3c4d'],
    ['digits with a leading zero', '01234567', '1.5.0-x.3.g01234567'],
    ['digits', '12345678', '1.5.0-x.3.g12345678'],
    ['what looks like a number to others', '1e234567', '1.5.0-x.3.1e234567'],
  ])('its hash is %s', (_name, start, expected) => {
    const hash = start.padEnd(40, 'f');

    const version = formatPrerelease(parseVersion('1.5.0'), { name: 'x', distance: 3, hash });

    expect(version).toBe(expected);
    expect(compareVersions(version, parseVersion('1.5.0'))).toBeLessThan(0);
    expect(compareVersions(version, parseVersion('1.4.9'))).toBeGreaterThan(0);
  });

  test('is a legal image tag and label, however long the branch is', () => {
    const parts = { name: 'x'.repeat(200), distance: 123_456, hash: '1'.repeat(40) };

    const version = formatPrerelease(parseVersion('100.200.300'), parts);

    expect(version).toMatch(/^\w[\w.-]{0,61}\w$/);
  });
});

describe('tags', () => {
  test('of services whose names begin alike are told apart', () => {
    const names = ['orders-v1.0.0', 'orders-v2-v3.0.0', 'orders-v1.10.0', 'orders-v1', 'v9.0.0'];
    const tags = names.map((name) => ({ name, hash: hashOf(0) }));

    const versionsOf = (prefix: string) =>
      selectVersionTags(tags, prefix).map((tag) => tag.version);

    expect(versionsOf('orders-v')).toEqual(['1.10.0', '1.0.0']);
    expect(versionsOf('orders-v2-v')).toEqual(['3.0.0']);
    expect(versionsOf('v')).toEqual(['9.0.0']);
  });

  test.each([
    ['the first', '1.5.0', [], ['1.5', '1', 'latest']],
    ['the highest', '1.5.0', ['1.4.0', '1.5.0'], ['1.5', '1', 'latest']],
    ['a backport in an older major', '1.5.1', ['1.5.0', '2.0.0'], ['1.5', '1']],
    ['a backport in an older minor', '1.4.1', ['1.4.0', '1.5.0'], ['1.4']],
    ['built again, long after', '1.4.0', ['1.4.1', '1.5.0'], []],
    ['beside a higher prerelease', '1.5.0', ['2.0.0-rc.1'], ['1.5', '1', 'latest']],
    ['a prerelease', '1.5.0-rc.1', ['1.4.0'], []],
    ['before 1.0.0', '0.2.0', ['0.1.0'], ['0.2', 'latest']],
  ])('that move: %s', (_name, version, all, expected) => {
    const versions = all.map((text) => parseVersion(text));

    expect(computeMovingTags(parseVersion(version), versions)).toEqual(expected);
  });

  test.each(['v', '{service}-v', 'rel/', 'V_1.', 'orders@'])('begin with %s', (prefix) => {
    expect(parseTagPrefix(prefix)).toBe(prefix);
  });

  test.each(['v*', '-v', 'a b', 'a..b', 'a//b', '/v', 'v^', 'a:b', 'v@{', 'x.lock/v', '{service}'])(
    'do not begin with %s',
    (prefix) => {
      expect(() => parseTagPrefix(prefix)).toThrow('1 problem in what was given');
    },
  );
});

test.each([
  ['patch', '1.4.3'],
  ['minor', '1.5.0'],
  ['major', '2.0.0'],
] as const)('1.4.2 and a %s is %s', (level, expected) => {
  expect(bumpVersion(parseVersion('1.4.2'), level)).toBe(expected);
});

describe('a merge', () => {
  // f is merged twice, by m and by n, which brings g too; the branch forked at b, which is on the line
  const [a, b, f, g, m, n] = [0, 1, 2, 3, 4, 5].map(hashOf);
  const all = [
    nodeOf(5, [m ?? '', g ?? '']),
    nodeOf(4, [b ?? '', f ?? '']),
    nodeOf(3, [f ?? '']),
    nodeOf(2, [b ?? '']),
    nodeOf(1, [a ?? '']),
  ];

  test('brings what nothing before it brought', () => {
    const groups = groupMergedCommits(n ?? '', all);

    expect(
      [...groups].map(([hash, brought]) => [hash, brought.map(({ commit }) => commit.hash)]),
    ).toEqual([
      [b, []],
      [m, [f]],
      [n, [g]],
    ]);
  });

  test('that says what it changes stands for what only it brings', () => {
    const nodes = [
      nodeOf(9, [a ?? '', hashOf(8)]),
      nodeOf(8, [hashOf(6), hashOf(7)]),
      nodeOf(7, [f ?? '']),
      { ...nodeOf(6, [b ?? '', g ?? '']), isTold: true },
      nodeOf(3, [f ?? '']),
      nodeOf(2, [b ?? '']),
      nodeOf(1, [a ?? '']),
      nodeOf(0, []),
    ];

    const brought = groupMergedCommits(hashOf(9), nodes).get(hashOf(9)) ?? [];

    expect(
      brought.map(({ commit, parts }) => [commit.hash, parts.map(({ hash }) => hash)]),
    ).toEqual([
      [b, []],
      [f, []],
      [hashOf(6), [g, f]],
      [hashOf(7), []],
      [hashOf(8), []],
    ]);
    expect(listAddedCommits(hashOf(6), nodes).map(({ commit }) => commit.hash)).toEqual([
      ...[a, b, hashOf(6)],
    ]);
  });

  test.each([
    ['its own title', 'fix: x', ['feat: y'], 'patch'],
    ['the title below it', 'Merge pull request #7 from x\n\nfix: x', ['feat: y'], 'patch'],
    ['what it brings', 'Merge x', ['docs: y', 'feat: z', 'fix: z'], 'minor'],
    ['a break of its own', 'Merge x\n\nBREAKING CHANGE: y', ['docs: y'], 'major'],
    ['that it makes no version', 'Merge x\n\nSlipway-Release: none', ['feat: y'], 'none'],
    ['nothing, and brings nothing', 'Merge x', [], 'patch'],
  ])('is what it tells: %s', (_name, message, merged, level) => {
    const inner = merged.map((text, index) => commitOf(text, index + 1));

    expect(computeChange(commitOf(message, 0, ['p', 'q']), inner).level).toBe(level);
  });

  test('has to be looked into only where it does not tell', () => {
    const isUntold = (message: string, ...parents: readonly string[]): boolean =>
      isUntoldMerge(commitOf(message, 0, parents));

    expect(isUntold("Merge branch 'x'", 'p', 'q')).toBe(true);
    expect(isUntold("Merge branch 'x'", 'p')).toBe(false);
    expect(isUntold('feat: x', 'p', 'q')).toBe(false);
  });

  test('nothing at all is of level none', () => {
    expect(findHighestLevel([])).toBe('none');
  });
});

test('annotations are those of OCI, and the level', () => {
  const version = parseVersion('1.5.0');
  const url = 'https://example.com/o';

  expect(
    formatAnnotations({
      version,
      level: 'minor',
      revision: hashOf(1),
      seconds: 1_767_225_600,
      url,
    }),
  ).toEqual({
    'org.opencontainers.image.version': '1.5.0',
    'org.opencontainers.image.revision': hashOf(1),
    'org.opencontainers.image.created': '2026-01-01T00:00:00Z',
    'org.opencontainers.image.source': url,
    'slipway.dev/level': 'minor',
  });
});
