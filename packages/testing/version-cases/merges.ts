import type { HistoryCase, Step, TestCommit } from '../git/index.js';

/** After 1.0.0 a branch with some commits, and what main merges it with. */
function merged(
  commits: readonly string[],
  message: string,
  ...before: readonly Step[]
): readonly Step[] {
  const named = commits.map((text, index) => ({ message: text, name: `side-${index}` }));
  return [
    ...['chore: begin', { tag: 'v1.0.0' }, { branch: 'side' }, ...named, { branch: 'main' }],
    ...before,
    { message, merges: [`side-${commits.length - 1}`], name: 'merge' },
  ];
}

/** What others have pushed to main, and who had commits of their own pulls it. */
function pulled(
  pushed: readonly TestCommit[],
  own: readonly TestCommit[],
  from = '',
  ...after: readonly Step[]
): readonly Step[] {
  const files = Object.fromEntries(pushed.flatMap((commit) => Object.entries(commit.files ?? {})));
  const named = pushed.map((commit, index) => ({ ...commit, name: `pushed-${index}` }));
  return [
    ...[{ message: 'chore: begin', files: { 'orders/a': 'a' } }, { tag: 'v1.4.0' }],
    ...[...named, { branch: 'mine', from: 'v1.4.0' }, ...own],
    { message: `Merge branch 'main'${from}`, merges: [`pushed-${pushed.length - 1}`], files },
    ...[{ git: ['branch', '--force', 'main', 'mine'] } as const, { branch: 'main' }],
    ...[{ git: ['branch', '-D', 'mine'] } as const, ...after],
  ];
}
const twoFeatures = [{ message: 'feat: b' }, { message: 'feat: c' }];
const ownFix = [{ message: 'fix: d' }];
const ownUrl = ' of github.com:shop/orders';
const origin = {
  git: ['remote', 'add', 'origin', 'https://github.com/shop/orders.git'],
} as const;
const inOrders = (message: string): TestCommit => ({ message, files: { 'orders/x': message } });
const elsewhere = (message: string): TestCommit => ({ message, files: { 'web/x': message } });

const minor = { version: '1.1.0', level: 'minor', tags: '1.1 1 latest' };
const patch = { version: '1.0.1', level: 'patch', tags: '1.0 1 latest' };

/** Merges, told and untold, and branches that are woven into each other. */
export const mergeCases: readonly HistoryCase[] = [
  {
    name: 'a merge that says nothing is as much as what it brings',
    story: merged(['docs: a', 'feat: b', 'fix: c'], "Merge branch 'side'"),
    ...{ ...minor, changelog: ['Features: b', 'Fixes: c'] },
  },
  {
    name: 'a merge that brings a break',
    story: merged(['fix!: a'], "Merge branch 'side'"),
    ...{ version: '2.0.0', level: 'major', tags: '2.0 2 latest' },
    changelog: ['Breaking changes: a'],
  },
  {
    name: 'a merge that brings only words',
    story: merged(['docs: a'], "Merge branch 'side'"),
    ...{ version: '1.0.1-dev.1.#', level: 'none', tags: '', changelog: [] },
  },
  {
    name: 'a merge that says it itself',
    story: merged(['wip'], 'feat: a (#7)'),
    ...{ ...minor, changelog: ['Features: a (#7)'] },
  },
  {
    name: 'a merge with the title of its pull request',
    story: merged(['feat: wip'], 'Merge pull request #7 from ada/x\n\nfix(api): a'),
    ...{ ...patch, changelog: ['Fixes: **api:** a'] },
  },
  {
    name: 'a merge with the body of its pull request',
    story: merged(['wip'], 'Merge pull request #7 from ada/x\n\nfix: a\n\nBREAKING CHANGE: b'),
    ...{ version: '2.0.0', level: 'major', tags: '2.0 2 latest' },
    changelog: ['Breaking changes: a: b'],
  },
  {
    name: 'a merge of GitLab',
    story: merged(['wip'], "Merge branch 'x' into 'main'\n\nfix: a\n\nSee merge request o/r!7"),
    ...{ ...patch, changelog: ['Fixes: a'] },
  },
  {
    name: 'a merge below which only a trailer stands',
    story: merged(['feat: a'], "Merge branch 'side'\n\nSigned-off-by: ada"),
    ...{ ...minor, changelog: ['Features: a'] },
  },
  {
    name: 'commits beside a merge',
    story: merged(['feat: a'], "Merge branch 'side'", 'fix: b'),
    ...{ version: '1.1.0', level: 'minor', tags: '1.1 1 latest' },
    changelog: ['Features: a', 'Fixes: b'],
  },
  {
    name: 'a branch that is merged twice brings each commit once',
    story: [
      ...merged(['feat: a'], "Merge branch 'side'"),
      ...[{ branch: 'side' }, { message: 'fix: b', name: 'b' }, { branch: 'main' }],
      { message: "Merge branch 'side' again", merges: ['b'] },
    ],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest' },
    changelog: ['Features: a', 'Fixes: b'],
  },
  {
    name: 'an octopus',
    story: [
      ...['chore: begin', { tag: 'v1.0.0' }],
      ...[
        { branch: 'a', from: 'v1.0.0' },
        { message: 'feat: a', name: 'a' },
      ],
      ...[
        { branch: 'b', from: 'v1.0.0' },
        { message: 'docs: b', name: 'b' },
      ],
      ...[{ branch: 'main' }, { message: "Merge branches 'a' and 'b'", merges: ['a', 'b'] }],
    ],
    ...{ ...minor, changelog: ['Features: a'] },
  },
  {
    name: 'branches that merge each other',
    story: [
      ...['chore: begin', { tag: 'v1.0.0' }, { branch: 'side' }, { message: 'feat: a', name: 'a' }],
      ...[{ branch: 'main' }, { message: 'fix: b', name: 'b' }],
      ...[{ branch: 'side' }, { message: "Merge branch 'main'", merges: ['b'], name: 'c' }],
      ...[{ branch: 'main' }, { message: "Merge branch 'side'", merges: ['a'] }],
      { message: "Merge branch 'side' again", merges: ['c'] },
    ],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest' },
    changelog: ['Features: a', 'Fixes: b', "Other changes: Merge branch 'side' again"],
  },
  {
    name: 'a merge of another history',
    story: [
      ...[
        'chore: begin',
        { tag: 'v1.0.0' },
        { orphan: 'other' },
        { message: 'feat: a', name: 'a' },
      ],
      ...[{ branch: 'main' }, { message: 'Merge the other repository', merges: ['a'] }],
    ],
    ...{ ...minor, changelog: ['Features: a'] },
  },
  {
    name: 'a branch without a common commit',
    story: ['chore: begin', { tag: 'v1.0.0' }, { orphan: 'pages' }, 'feat: a'],
    ...{ version: '0.1.0-pages.1.#', level: 'minor', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a branch that was merged by moving on',
    story: ['chore: begin', { tag: 'v1.0.0' }, 'feat: a', { branch: 'side' }],
    ...{ version: '1.1.1-side.0.#', level: 'none', tags: '', changelog: [] },
  },
  {
    name: 'an empty commit',
    story: ['chore: begin', { tag: 'v1.0.0' }, { message: 'fix: nothing', files: {} }],
    ...{ ...patch, changelog: ['Fixes: nothing'] },
  },
  {
    name: 'who pulls main over commits of their own brings those to what main was',
    story: pulled(twoFeatures, ownFix, ownUrl, origin),
    ...{ version: '1.6.1', level: 'patch', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b', 'Fixes: d'],
  },
  {
    name: 'main goes on after it was pulled',
    story: pulled(twoFeatures, ownFix, ownUrl, 'fix: e'),
    ...{ version: '1.6.2', level: 'patch', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b', 'Fixes: e', 'Fixes: d'],
  },
  {
    name: 'what main was before it was pulled',
    story: pulled(twoFeatures, ownFix, ownUrl, { detach: 'pushed-0' }),
    ...{ version: '1.5.0', level: 'minor', tags: '1.5', changelog: ['Features: b'] },
  },
  {
    name: 'a branch that left main before it was pulled',
    story: pulled(twoFeatures, ownFix, ownUrl, { branch: 'side', from: 'pushed-0' }, 'fix: e'),
    ...{ version: '1.5.1-side.1.#', level: 'patch', tags: '', changelog: ['Fixes: e'] },
  },
  {
    name: 'main was merged into a branch that became main',
    story: pulled(twoFeatures, ownFix, ' into side'),
    ...{ version: '1.6.1', level: 'patch', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b', 'Fixes: d'],
  },
  {
    name: 'what was merged from a fork with the same name',
    story: pulled(ownFix, twoFeatures, ' of github.com:ada/orders', origin),
    ...{ version: '1.6.1', level: 'patch', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b', 'Fixes: d'],
  },
  {
    name: 'a fork as GitLab merges it',
    story: pulled(ownFix, twoFeatures, " into 'main'"),
    ...{ version: '1.6.1', level: 'patch', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b', 'Fixes: d'],
  },
  {
    name: 'a service that only those who pulled have touched',
    story: pulled([elsewhere('feat: b')], [inOrders('fix: d')], ownUrl),
    inputs: { paths: 'orders' },
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1 latest', changelog: ['Fixes: d'] },
  },
  {
    name: 'a service that only the others have touched',
    story: pulled([inOrders('feat: b'), inOrders('feat: c')], [elsewhere('fix: d')], ownUrl),
    inputs: { paths: 'orders' },
    ...{ version: '1.6.0', level: 'minor', tags: '1.6 1 latest' },
    changelog: ['Features: c', 'Features: b'],
  },
  {
    name: 'a maintenance branch that was pulled, of a main that was',
    story: [
      ...pulled(twoFeatures, ownFix, ownUrl, { branch: 'release/orders/1.6.x' }),
      ...[{ message: 'fix: e', name: 'e' }, { branch: 'main' }, 'feat!: z'],
      ...[{ branch: 'mine', from: 'release/orders/1.6.x~1' }, 'fix: f'],
      { message: "Merge branch 'release/orders/1.6.x'", merges: ['e'] },
      { git: ['branch', '--force', 'release/orders/1.6.x', 'mine'] },
      { branch: 'release/orders/1.6.x' },
    ],
    ...{ version: '1.6.3', level: 'patch', tags: '1.6 1' },
    changelog: ['Features: c', 'Features: b', 'Fixes: f', 'Fixes: e', 'Fixes: d'],
  },
  {
    name: 'a revert of a merge that says nothing, by the title of its pull request',
    story: [
      ...merged(['feat: a', 'fix: b'], 'Merge pull request #7 from ada/x\n\nPrices of today'),
      'Revert "Prices of today" (#8)\n\nReverts shop/orders#7',
    ],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest', changelog: [] },
  },
  {
    name: 'a revert of a merge that says nothing, by git',
    story: [
      ...merged(['feat: a', 'fix: b'], "Merge branch 'side'", 'fix: c'),
      'Revert "Merge branch \'side\'"',
    ],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest', changelog: ['Fixes: c'] },
  },
  {
    name: 'a revert of one of the commits that a merge brings',
    story: [...merged(['feat: a', 'fix: b'], "Merge branch 'side'"), 'Revert "feat: a"'],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest', changelog: ['Fixes: b'] },
  },
];
