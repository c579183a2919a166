import type { HistoryCase, Step } from '../git/index.js';

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
];
