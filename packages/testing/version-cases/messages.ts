import type { HistoryCase } from '../git/index.js';

const released = ['chore: begin', { tag: 'v1.4.0' }] as const;

/** After 1.4.0, one commit with a message. */
function afterRelease(
  name: string,
  message: string,
  [version, level, tags]: readonly [string, string, string],
  ...changelog: readonly string[]
): HistoryCase {
  return { name, story: [...released, message], version, level, tags, changelog };
}

const major = ['2.0.0', 'major', '2.0 2 latest'] as const;
const minor = ['1.5.0', 'minor', '1.5 1 latest'] as const;
const patch = ['1.4.1', 'patch', '1.4 1 latest'] as const;
const none = ['1.4.1-dev.1.#', 'none', ''] as const;

/** Conventional Commits 1.0.0, and what is our own policy where it is silent. */
export const messageCases: readonly HistoryCase[] = [
  afterRelease('a feature', 'feat: a', minor, 'Features: a'),
  afterRelease('a fix with a scope', 'fix(web, api): a', patch, 'Fixes: **web, api:** a'),
  afterRelease('an upper-case type', 'FEAT: a', minor, 'Features: a'),
  afterRelease('a type of nobody', 'whatever: a', patch, 'Other changes: a'),
  afterRelease('documentation', 'docs: a', none),
  afterRelease('dependencies', 'build(deps): a', patch, 'Other changes: **deps:** a'),
  afterRelease('a break by its mark', 'docs!: a', major, 'Breaking changes: a'),
  afterRelease(
    'a break by a footer',
    'fix: a\n\nBREAKING CHANGE: b\n  c',
    major,
    'Breaking changes: a: b c',
  ),
  afterRelease(
    'a break by the footer with a hyphen',
    'fix: a\n\nbody\n\nBREAKING-CHANGE: b',
    major,
    'Breaking changes: a: b',
  ),
  afterRelease(
    'a break as the header',
    'BREAKING CHANGE: a',
    major,
    'Breaking changes: BREAKING CHANGE: a',
  ),
  afterRelease('a footer in small letters', 'fix: a\n\nbreaking change: b', patch, 'Fixes: a'),
  afterRelease(
    'a footer without the blank line before it',
    'fix: a\nBREAKING CHANGE: b',
    patch,
    'Fixes: a',
  ),
  afterRelease('a footer within the body', 'fix: a\n\nbody\nBREAKING CHANGE: b', patch, 'Fixes: a'),
  afterRelease('a quoted footer', 'fix: a\n\n> BREAKING CHANGE: b', patch, 'Fixes: a'),
  afterRelease('a fenced footer', 'fix: a\n\n```\n\nBREAKING CHANGE: b\n```', patch, 'Fixes: a'),
  afterRelease(
    'a footer in a comment of a template',
    'fix: a\n\n<!--\n\nBREAKING CHANGE: say what\n-->',
    patch,
    'Fixes: a',
  ),
  afterRelease(
    'a footer below words about an unclosed comment',
    'fix: a\n\nIt stopped at `<!--` in the text.\n\nBREAKING CHANGE: b',
    major,
    'Breaking changes: a: b',
  ),
  afterRelease(
    'a footer below a comment that never ends',
    'fix: a\n\n<!-- say what\n\nBREAKING CHANGE: b',
    major,
    'Breaking changes: a: b',
  ),
  afterRelease(
    'a squash without a title, of a commit about comments',
    'Parser (#7)\n\n* fix: unclosed <!-- in html\n\n* feat: a',
    minor,
    'Features: a',
    'Fixes: unclosed &lt;!-- in html',
  ),
  afterRelease(
    'line ends of Windows',
    'feat: a\r\n\r\nBREAKING CHANGE: b\r\n',
    major,
    'Breaking changes: a: b',
  ),
  afterRelease('no convention', 'Update <prices>', patch, 'Other changes: Update &lt;prices>'),
  afterRelease('no message', '', patch, 'Other changes: (no message)'),
  afterRelease('a huge message', `feat: a\n\n${'word '.repeat(100_000)}`, minor, 'Features: a'),
  afterRelease('a trailer of Slipway', 'feat!: a\n\nSlipway-Release: none', none),
  afterRelease('another trailer', 'fix: a\n\nSlipway-Release: all', patch, 'Fixes: a'),
  afterRelease(
    'a squash with a title',
    'fix: a (#7)\n\n* feat: b\n\n* fix!: c',
    patch,
    'Fixes: a (#7)',
  ),
  afterRelease(
    'a squash with a title, and a break in its body',
    'fix: a (#7)\n\n* fix: b\n\nBREAKING CHANGE: c\n\n* docs: d',
    major,
    'Breaking changes: a (#7): c * docs: d',
  ),
  afterRelease(
    'a squash without a title',
    'Prices (#7)\n\n* feat: a\n\n* docs: b\n\n* fix: c',
    minor,
    'Features: a',
    'Fixes: c',
  ),
  afterRelease(
    'a squash without a title, of a commit that follows no convention',
    'Rework prices (#7)\n\n* docs: readme\n\n* Update prices',
    patch,
    'Other changes: Update prices',
  ),
  afterRelease(
    'a squash without a title, whose commit has a list of its own',
    'Readme (#7)\n\n* docs: readme\n\n- one\n- two',
    none,
  ),
  afterRelease(
    'a squash whose last commit is one of Slipway',
    'Prices (#7)\n\n* feat: a\n\n* chore(deploy): orders 1.4.0\n\nSlipway-Release: none',
    minor,
    'Features: a',
  ),
  afterRelease(
    'a squash with a title, whose last commit is one of Slipway',
    'feat: prices (#7)\n\n* feat: a\n\n* chore: b\n\nSlipway-Release: none\n\n---------\n\nCo-authored-by: ada <a@b.c>',
    minor,
    'Features: prices (#7)',
  ),
  afterRelease(
    'a squash of nothing but commits of Slipway',
    'Deploy (#7)\n\n* chore: a\n\nSlipway-Release: none\n\n* chore: b\n\nmore\n\nSlipway-Release: none',
    none,
  ),
  {
    name: 'a revert of what is in the range',
    story: [...released, 'feat: a', 'Revert "feat: a"'],
    ...{ version: '1.5.1', level: 'patch', tags: '1.5 1 latest', changelog: [] },
  },
  {
    name: 'a revert that names a commit which was rebased since',
    story: [
      ...[...released, 'feat: a', 'fix: b'],
      `Revert "feat: a"\n\nThis reverts commit ${'1a2b3c4d'.repeat(5)}.`,
    ],
    ...{ version: '1.5.2', level: 'patch', tags: '1.5 1 latest', changelog: ['Fixes: b'] },
  },
  {
    name: 'a revert of a squash without a title',
    story: [...released, 'Prices (#7)\n\n* feat: a\n\n* fix: b', 'Revert "Prices (#7)" (#8)'],
    ...{ version: '1.5.1', level: 'patch', tags: '1.5 1 latest', changelog: [] },
  },
  {
    name: 'a revert of what was released before',
    story: ['feat: a', { tag: 'v1.4.0' }, 'Revert "feat: a"'],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1 latest' },
    changelog: ['Reverts: Revert "feat: a"'],
  },
  {
    name: 'a revert of a revert',
    story: [...released, 'feat: a', 'Revert "feat: a"', 'Reapply "feat: a"'],
    ...{ version: '1.5.2', level: 'patch', tags: '1.5 1 latest', changelog: ['Features: a'] },
  },
  {
    name: 'a revert of a break',
    story: [...released, 'feat!: a', 'Revert "feat!: a"'],
    ...{ version: '2.0.1', level: 'patch', tags: '2.0 2 latest', changelog: [] },
  },
  {
    name: 'a revert by its type',
    story: [...released, 'revert: a\n\nRefs: 1a2b3c4'],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1 latest', changelog: ['Reverts: a'] },
  },
  {
    name: 'types with levels of their own',
    story: [...released, 'docs: a', 'perf: b'],
    inputs: { levels: 'docs: patch, perf: minor' },
    ...{ version: '1.5.0', level: 'minor', tags: '1.5 1 latest' },
    changelog: ['Other changes: b', 'Other changes: a'],
  },
  {
    name: 'types with levels of their own, in a squash without a title',
    story: [...released, 'Prices (#7)\n\n* docs: a\n\n* deps: b'],
    inputs: { levels: 'deps: minor' },
    ...{ version: '1.5.0', level: 'minor', tags: '1.5 1 latest', changelog: ['Other changes: b'] },
  },
  {
    name: 'types with levels of their own, as the title below a merge',
    story: [
      ...[...released, { branch: 'x' }, { message: 'docs: a', name: 'a' }, { branch: 'main' }],
      { message: 'Merge pull request #7 from ada/x\n\ndeps: b', merges: ['a'] },
    ],
    inputs: { levels: 'deps: minor' },
    ...{ version: '1.5.0', level: 'minor', tags: '1.5 1 latest', changelog: ['Other changes: b'] },
  },
  {
    name: 'a break before 1.0.0',
    story: ['chore: begin', { tag: 'v0.4.0' }, 'feat!: a'],
    ...{ version: '1.0.0', level: 'major', tags: '1.0 1 latest' },
    changelog: ['Breaking changes: a'],
  },
  {
    name: 'a break before 1.0.0 that stays there',
    story: ['chore: begin', { tag: 'v0.4.0' }, 'feat!: a'],
    inputs: { 'major-zero': 'minor' },
    ...{ version: '0.5.0', level: 'minor', tags: '0.5 latest' },
    changelog: ['Breaking changes: a'],
  },
  {
    name: 'a feature before 1.0.0 that is a patch',
    story: ['chore: begin', { tag: 'v0.4.0' }, 'feat: a'],
    inputs: { 'major-zero': 'shift' },
    ...{ version: '0.4.1', level: 'patch', tags: '0.4 latest', changelog: ['Features: a'] },
  },
  {
    name: 'a level that somebody sets',
    story: [...released, 'docs: a'],
    inputs: { bump: 'major' },
    ...{ version: '2.0.0', level: 'major', tags: '2.0 2 latest', changelog: [] },
  },
];
