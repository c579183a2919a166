import { describe, expect, test } from '@jest/globals';
import {
  computeCommitLevel,
  isConventional,
  parseCommit,
  parseLevelRule,
  parseMergedTitle,
  parseSquashed,
} from './index.js';

describe('a header', () => {
  test.each([
    ['a type', 'fix: rounding', { type: 'fix', description: 'rounding' }],
    ['a scope', 'feat(api): prices', { type: 'feat', scope: 'api', description: 'prices' }],
    ['a scope of several words', 'fix(web, api): x', { type: 'fix', scope: 'web, api' }],
    ['a type in capitals', 'FEAT: prices', { type: 'feat' }],
    ['a break', 'feat!: prices', { type: 'feat', isBreaking: true }],
    ['a break with a scope', 'chore(deps)!: node', { type: 'chore', isBreaking: true }],
    ['a colon in the description', 'fix: a: b', { type: 'fix', description: 'a: b' }],
    ['more space', 'fix:  rounding  ', { type: 'fix', description: 'rounding' }],
    ['control characters', 'fix: a\r::b\u001b[31m', { description: 'a ::b [31m' }],
    ['a break as the header', 'BREAKING CHANGE: prices', { isBreaking: true }],
    ['a break as the type', 'BREAKING-CHANGE: prices', { isBreaking: true }],
  ])('with %s', (_name, message, expected) => {
    expect(parseCommit(message)).toMatchObject(expected);
  });

  test.each([
    ['words', 'Update prices'],
    ['no space after the colon', 'fix:rounding'],
    ['a space before the colon', 'fix : rounding'],
    ['a space before the scope', 'fix (api): rounding'],
    ['an empty scope', 'fix(): rounding'],
    ['no description', 'fix:'],
    ['a break before the scope', 'feat!(api): prices'],
    ['a fixup', 'fixup! feat: prices'],
    ['an address', 'https://example.com: moved'],
    ['nothing', ''],
  ])('that follows no convention: %s', (_name, message) => {
    expect(parseCommit(message)).toEqual({
      header: message,
      isBreaking: false,
      description: message,
      makesNoVersion: false,
    });
  });
});

describe('a break in a footer', () => {
  test.each([
    ['alone', 'fix: a\n\nBREAKING CHANGE: b', 'b'],
    ['with a hyphen', 'fix: a\n\nBREAKING-CHANGE: b', 'b'],
    ['after a body', 'fix: a\n\nbody\n\nBREAKING CHANGE: b', 'b'],
    ['after a fence', 'fix: a\n\n```\nx\n```\n\nBREAKING CHANGE: b', 'b'],
    ['after a comment', 'fix: a\n\n<!-- x -->\n\nBREAKING CHANGE: b', 'b'],
    ['after another footer', 'fix: a\n\nbody\n\nRefs: #1\nBREAKING CHANGE: b', 'b'],
    ['before another footer', 'fix: a\n\nBREAKING CHANGE: b\nRefs #1', 'b'],
    ['of several lines', 'fix: a\n\nBREAKING CHANGE: b\n  c\n\nd', 'b c d'],
    ['that begins on the next line', 'fix: a\n\nBREAKING CHANGE:\nb', 'b'],
    ['of a message that follows no convention', 'a\n\nBREAKING CHANGE: b', 'b'],
    ['with line ends of Windows', 'fix: a\r\n\r\nBREAKING CHANGE: b\r\n', 'b'],
  ])('%s', (_name, message, breakingNote) => {
    expect(parseCommit(message)).toMatchObject({ isBreaking: true, breakingNote });
  });

  test.each([
    ['in small letters (§15)', 'fix: a\n\nbreaking change: b'],
    ['without the blank line before it (§8)', 'fix: a\nBREAKING CHANGE: b'],
    ['in the middle of a body (§8)', 'fix: a\n\nbody\nBREAKING CHANGE: b'],
    ['within a line', 'fix: a\n\nthis is no BREAKING CHANGE: b'],
    ['without a colon', 'fix: a\n\nBREAKING CHANGE b'],
    ['with the other separator (§12)', 'fix: a\n\nBREAKING CHANGE #1'],
    ['quoted', 'fix: a\n\n> BREAKING CHANGE: b'],
    ['between tildes', 'docs: a\n\n~~~\n\n```\n\nBREAKING CHANGE: b\n~~~\n'],
    ['in a fence of four', 'docs: a\n\n````\n```\n\nBREAKING CHANGE: b\n````\n'],
    ['in a comment', 'docs: a\n\n<!--\n\nBREAKING CHANGE: say what\n-->\n'],
    ['indented', 'docs: a\n\n    BREAKING CHANGE: b'],
    ['in a list', 'docs: a\n\n* BREAKING CHANGE: b'],
    ['between fences', 'docs: a\n\nlike this:\n\n```\n\nBREAKING CHANGE: b\n```\n'],
  ])('is none: %s', (_name, message) => {
    expect(parseCommit(message).isBreaking).toBe(false);
  });
});

describe('a revert', () => {
  const hash = '1a2b3c4d5e6f';

  test.each([
    ['by git', `Revert "feat!: a"\n\nThis reverts commit ${hash}.`, [hash], 'feat!: a'],
    ['of a revert, by an older git', 'Revert "Revert "feat: a""', [], 'Revert "feat: a"'],
    ['of a revert, by git', 'Reapply "feat: a"', [], 'Revert "feat: a"'],
    ['of a merge', `Revert "Merge x"\n\nThis reverts commit ${hash}, reversing`, [hash], 'Merge x'],
    ['by a pull request', 'Revert "feat: a (#7)" (#9)\n\nReverts o/r#7', [], 'feat: a (#7)'],
    ['by its type', `revert: a\n\nRefs: ${hash}, a215868`, [hash, 'a215868'], undefined],
  ])('%s', (_name, message, hashes, header) => {
    const parsed = parseCommit(message);

    expect(parsed.reverts).toEqual({ hashes, ...(header === undefined ? {} : { header }) });
    expect(isConventional(parsed)).toBe(true);
    expect(computeCommitLevel(parsed)).toBe('patch');
  });

  test('says by itself that it breaks', () => {
    expect(computeCommitLevel(parseCommit('revert!: no more prices'))).toBe('major');
    expect(computeCommitLevel(parseCommit('Revert "feat: a"\n\nBREAKING CHANGE: b'))).toBe('major');
  });
});

test.each([
  ["Merge branch 'x'", true],
  ['Merge pull request #7 from ada/x', true],
  ["Merge branches 'a' and 'b'", true],
  ['Merged', false],
  ['Merge prices of both shops', false],
  ['Update prices', false],
  ['fix: a', true],
])('“%s” follows a convention: %s', (message, expected) => {
  expect(isConventional(parseCommit(message))).toBe(expected);
});

test('the commits of a squash are its items, unless they are quoted, where one has a usual type', () => {
  const message = [
    ...['Prices (#7)', '', '* feat: a', '', 'more', '', '* fix!: b', '- docs: c', '* Note: d'],
    ...['  * feat: nested', '> * feat: quoted', '```', '* feat: fenced', '```', '* words'],
    ...['<!--', '* feat: commented', '-->'],
  ].join('\n');

  expect(parseSquashed(message).map(({ header }) => header)).toEqual([
    'feat: a',
    'fix!: b',
    'docs: c',
    'Note: d',
    'words',
  ]);
  expect(parseSquashed('Prices (#7)\n\n* words\n* Note: d')).toEqual([]);
});

test.each([
  ['the trailer', 'chore: a\n\nSlipway-Release: none\n', true],
  ['in another case', 'a\n\nslipway-release: NONE', true],
  ['after other trailers', 'a\n\nb\n\nSigned-off-by: ada\nSlipway-Release: none', true],
  [
    'above what GitHub adds',
    'a (#7)\n\nSlipway-Release: none\n\n---------\n\nCo-authored-by: b',
    true,
  ],
  ['right above it', 'a (#7)\n\nSlipway-Release: none\n---------\nCo-authored-by: b\n', true],
  ['of one commit of a squash', 'a (#7)\n\n* b\n\nSlipway-Release: none\n\n* c', false],
  ['above others', 'a (#7)\n\n* b\n\nSlipway-Release: none\nRefs: #1\n\n* c', false],
  ['with text below it', 'a\n\nSlipway-Release: none\n\nand more', false],
  ['between fences', 'a\n\n```\n\nSlipway-Release: none\n```', false],
  ['right below the header', 'a\nSlipway-Release: none', false],
  ['in a paragraph', 'a\n\nb\nSlipway-Release: none', false],
  ['another value', 'chore: a\n\nSlipway-Release: all', false],
  ['in the text', 'chore: a\n\nsay Slipway-Release: none', false],
])('no version is made: %s', (_name, message, expected) => {
  expect(parseCommit(message).makesNoVersion).toBe(expected);
});

test.each([
  ['GitHub', 'Merge pull request #7 from ada/x\n\nfeat(api): prices', 'feat'],
  ['GitLab', "Merge branch 'x' into 'main'\n\nfix: a\n\nSee merge request shop/orders!7", 'fix'],
  ['a trailer', "Merge branch 'x'\n\nSigned-off-by: ada", undefined],
  ['words', 'Merge pull request #7 from ada/x\n\nNew prices', undefined],
  ['nothing more', "Merge branch 'x'", undefined],
])('the title below a merge: %s', (_name, message, type) => {
  expect(parseMergedTitle(message)?.type).toBe(type);
});

describe('the level of a commit', () => {
  test.each([
    ['feat: a', 'minor'],
    ['fix: a', 'patch'],
    ['perf: a', 'patch'],
    ['refactor: a', 'patch'],
    ['build(deps): a', 'patch'],
    ['revert: a', 'patch'],
    ['chore: a', 'patch'],
    ['whatever: a', 'patch'],
    ['Update prices', 'patch'],
    ['docs: a', 'none'],
    ['test: a', 'none'],
    ['ci: a', 'none'],
    ['style: a', 'none'],
    ['docs!: a', 'major'],
    ['feat!: a\n\nSlipway-Release: none', 'none'],
  ])('“%s” is %s', (message, level) => {
    expect(computeCommitLevel(parseCommit(message))).toBe(level);
  });

  test('can be told by type, but not for what breaks', () => {
    const rules = new Map(
      [parseLevelRule('Docs : patch'), parseLevelRule('feat:none')].map(({ type, level }) => [
        type,
        level,
      ]),
    );
    const levelOf = (message: string) => computeCommitLevel(parseCommit(message), rules);

    expect(['docs: a', 'feat: a', 'fix: a', 'feat!: a'].map(levelOf)).toEqual([
      'patch',
      'none',
      'patch',
      'major',
    ]);
  });
});
