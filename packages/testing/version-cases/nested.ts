import type { HistoryCase, Step } from '../git/index.js';

/** A branch of commits that is merged into develop with a message, and left there. */
function develop(commits: readonly string[], message: string): readonly Step[] {
  const named = commits.map((text, index) => ({ message: text, name: `side-${index}` }));
  return [
    ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'develop' }],
    ...[{ branch: 'side' }, ...named, { branch: 'develop' }],
    { message, merges: [`side-${commits.length - 1}`], name: 'inner' },
  ];
}

/** What main merges without a title of its own. */
const intoMain: readonly Step[] = [
  { branch: 'main' },
  { message: 'Merge pull request #8 from shop/develop', merges: ['inner'] },
];
const asPull: readonly Step[] = [{ detach: 'HEAD' }];
const pull = { ref: 'refs/pull/8/merge', target: 'main' };

const major = { version: '2.0.0', level: 'major', tags: '2.0 2 latest' };
const minor = { version: '1.5.0', level: 'minor', tags: '1.5 1 latest' };
const patch = { version: '1.4.1', level: 'patch', tags: '1.4 1 latest' };
const squash = 'Prices (#7)\n\n* feat!: a\n\n* fix: b';
const inOrders = { message: 'wip', files: { 'orders/x': 'x' }, name: 'a' };
const inWeb = { message: 'wip', files: { 'web/x': 'x' }, name: 'b' };

/** Merges and squashes within what a merge brings, as where main merges develop. */
export const nestedCases: readonly HistoryCase[] = [
  {
    name: 'a squash that lists its commits, within a merge',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'develop' }],
      ...[{ message: squash, name: 'inner' }, ...intoMain],
    ],
    ...{ ...major, changelog: ['Breaking changes: a', 'Fixes: b'] },
  },
  {
    name: 'a merge with the title of its pull request, within a merge',
    story: [
      ...develop(['wip'], 'Merge pull request #7 from ada/x\n\nfeat!: drop prices'),
      ...intoMain,
    ],
    ...{ ...major, changelog: ['Breaking changes: drop prices'] },
  },
  {
    name: 'a merge with a title around words, within a merge',
    story: [...develop(['docs: w'], 'feat!: drop (#7)'), ...intoMain],
    ...{ ...major, changelog: ['Breaking changes: drop (#7)'] },
  },
  {
    name: 'a merge with a title around what says more, within a merge',
    story: [...develop(['feat!: wip'], 'fix: a (#7)'), ...intoMain],
    ...{ ...patch, changelog: ['Fixes: a (#7)'] },
  },
  {
    name: 'a merge that makes no version, within a merge',
    story: [...develop(['fix: wip'], 'Merge x\n\nSlipway-Release: none'), ...intoMain],
    ...{ version: '1.4.1-dev.1.#', level: 'none', tags: '', changelog: [] },
  },
  {
    name: 'a merge without a title, within a merge',
    story: [...develop(['feat: a', 'fix: b'], "Merge branch 'side'"), ...intoMain],
    ...{ ...minor, changelog: ['Features: a', 'Fixes: b'] },
  },
  {
    name: 'a merge with a title within a merge, where messages have to follow the convention',
    story: [...develop(['wip'], 'feat: a (#7)'), ...intoMain],
    inputs: { strict: 'true' },
    ...{ ...minor, changelog: ['Features: a (#7)'] },
  },
  {
    name: 'a merge with a title within a pull request',
    story: [...develop(['wip', 'feat!: wip'], 'feat: a (#7)'), 'docs: b', ...asPull],
    ...pull,
    ...{ version: '1.5.0-pr-8.2.#', level: 'minor', tags: '', changelog: ['Features: a (#7)'] },
  },
  {
    name: 'what also another merge brings, within a merge',
    story: [
      ...develop(['feat: a', 'wip'], 'fix: b (#7)'),
      ...[
        { branch: 'other', from: 'side-0' },
        { message: 'fix: c', name: 'c' },
      ],
      ...[{ branch: 'develop' }, { message: "Merge branch 'other'", merges: ['c'], name: 'inner' }],
      ...intoMain,
    ],
    ...{ ...minor, changelog: ['Features: a', 'Fixes: c', 'Fixes: b (#7)'] },
  },
  {
    name: 'what a merge with a title brought, merged once more',
    story: [
      ...[...develop(['feat: a'], 'fix: b (#7)'), ...intoMain],
      { message: "Merge branch 'side'", merges: ['side-0'] },
    ],
    ...{ version: '1.4.2', level: 'patch', tags: '1.4 1 latest' },
    changelog: ["Other changes: Merge branch 'side'", 'Fixes: b (#7)'].toReversed(),
  },
  {
    name: 'a merge of main with a title, within a merge',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'develop' }, 'fix: a', { branch: 'main' }],
      ...[{ message: 'docs: m', name: 'm' }, { branch: 'develop' }],
      ...[{ message: 'feat: catch up', merges: ['m'], name: 'inner' }, ...intoMain],
    ],
    ...{ ...patch, changelog: ['Fixes: a'] },
  },
  {
    name: 'a merge of main with a title below it, within a merge',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'develop' }, 'fix: a', { branch: 'main' }],
      ...[{ message: 'docs: m', name: 'm' }, { branch: 'develop' }],
      ...[
        {
          message: "Merge branch 'main' into develop\n\nfeat: catch up",
          merges: ['m'],
          name: 'inner',
        },
        ...intoMain,
      ],
    ],
    ...{ ...patch, changelog: ['Fixes: a'] },
  },
  {
    name: 'a merge with a title concerns the services of what it brings, within a merge',
    story: [
      ...[{ message: 'chore: begin', files: { 'orders/a': 'a' } }, { tag: 'v1.4.0' }],
      ...[{ branch: 'x' }, inOrders, { branch: 'y', from: 'v1.4.0' }, inWeb],
      ...[{ branch: 'develop', from: 'v1.4.0' }],
      { message: 'feat: orders (#6)', merges: ['a'], files: { 'orders/x': 'x' } },
      { message: 'feat!: web (#7)', merges: ['b'], files: { 'web/x': 'x' }, name: 'inner' },
      { branch: 'main' },
      { message: 'Merge develop', merges: ['inner'], files: { 'orders/x': 'x', 'web/x': 'x' } },
    ],
    inputs: { paths: 'orders' },
    ...{ ...minor, changelog: ['Features: orders (#6)'] },
  },
];
