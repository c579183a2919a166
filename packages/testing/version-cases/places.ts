import type { HistoryCase, Step } from '../git/index.js';

const begin: readonly Step[] = [
  'chore: begin',
  { tag: 'v1.4.0' },
  { message: 'fix: b', name: 'b' },
  { message: 'feat: c', name: 'c' },
];
const side: readonly Step[] = [...begin, { branch: 'feature/New_prices!' }, 'wip', 'feat: a'];
const onBranch = { level: 'minor', tags: '', changelog: ['Features: a', 'Other changes: wip'] };

function maintenance(
  name: string,
  from: string,
  steps: readonly Step[],
  expected: Pick<HistoryCase, 'version' | 'level' | 'tags' | 'changelog'>,
): HistoryCase {
  const story = [...begin, { branch: 'release/orders/1.4.x', from }, ...steps];
  return { name, story, ...expected };
}

/** Branches, pull requests, and where releases are made. */
export const placeCases: readonly HistoryCase[] = [
  { name: 'a branch', story: side, version: '1.6.0-feature-new-prices.2.#', ...onBranch },
  {
    name: 'a branch that GitHub names',
    story: [...side, { detach: 'HEAD' }],
    ref: 'refs/heads/feature/other',
    ...{ version: '1.6.0-feature-other.2.#', ...onBranch },
  },
  {
    name: 'a pull request',
    story: [...side, { detach: 'HEAD' }],
    ref: 'refs/pull/7/merge',
    ...{ version: '1.6.0-pr-7.2.#', ...onBranch },
  },
  {
    name: 'a merge queue',
    story: [...side, { detach: 'HEAD' }],
    ref: `refs/heads/gh-readonly-queue/main/pr-7-${'a'.repeat(40)}`,
    ...{ version: '1.6.0-queue-pr-7.2.#', ...onBranch },
  },
  {
    name: 'no branch at all',
    story: [...side, { detach: 'HEAD' }],
    ...{ version: '1.6.0-detached.2.#', ...onBranch },
  },
  {
    name: 'a commit of the release branch, checked out alone',
    story: [...side, { detach: 'main~1' }],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4', changelog: ['Fixes: b'] },
  },
  {
    name: 'a branch that has merged the release branch',
    story: [
      ...[...side, { branch: 'main' }, { message: 'fix: d', name: 'd' }],
      ...[{ branch: 'feature/New_prices!' }, { message: 'Merge main', merges: ['d'] }],
    ],
    ...{ version: '1.6.0-feature-new-prices.2.#', ...onBranch },
  },
  {
    name: 'a branch of a branch that was merged',
    story: [
      ...begin,
      ...[{ branch: 'one' }, { message: 'feat: a', name: 'a' }, { branch: 'two' }, 'fix: e'],
      ...[{ branch: 'main' }, { message: 'Merge one', merges: ['a'] }, { branch: 'two' }],
    ],
    ...{ version: '1.6.0-two.2.#', level: 'minor', tags: '' },
    changelog: ['Features: a', 'Fixes: e'],
  },
  {
    name: 'the nearest of several release branches',
    story: [...[...begin, { branch: 'next' }, 'feat!: d', { branch: 'side' }, 'fix: a']],
    inputs: { 'release-branches': 'main, next' },
    ...{ version: '2.0.1-side.1.#', level: 'patch', tags: '', changelog: ['Fixes: a'] },
  },
  {
    name: 'a branch that fixes the number',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'fix: a'],
    ...{ version: '2.0.0', level: 'major', tags: '2.0 2 latest' },
    changelog: ['Features: c', 'Fixes: a', 'Fixes: b'],
  },
  {
    name: 'a branch that fixes the number of another service',
    story: [...begin, { branch: 'release/catalog/2.0.0' }, 'fix: a'],
    ...{ version: '1.5.1-release-catalog-2-0-0.1.#', level: 'patch', tags: '' },
    changelog: ['Fixes: a'],
  },
  {
    name: 'a branch of words',
    story: [...begin, { branch: 'release/orders/next' }, 'fix: a'],
    ...{
      version: '1.5.1-release-orders-next.1.#',
      level: 'patch',
      tags: '',
      changelog: ['Fixes: a'],
    },
  },
  maintenance('a hotfix', 'b', ['fix: d', 'fix: a'], {
    ...{ version: '1.4.3', level: 'patch', tags: '1.4' },
    changelog: ['Fixes: a', 'Fixes: d', 'Fixes: b'],
  }),
  maintenance('a hotfix stays on its line, whatever it is called', 'b', ['feat!: a'], {
    ...{ version: '1.4.2', level: 'patch', tags: '1.4' },
    changelog: ['Breaking changes: a', 'Fixes: b'],
  }),
  maintenance('a hotfix after one that is tagged', 'b', ['fix: d', { tag: 'v1.4.2' }, 'fix: a'], {
    ...{ version: '1.4.3', level: 'patch', tags: '1.4', changelog: ['Fixes: a'] },
  }),
  maintenance('a hotfix that makes no version', 'b', ['docs: a'], {
    ...{ version: '1.4.2-dev.1.#', level: 'none', tags: '', changelog: ['Fixes: b'] },
  }),
  {
    name: 'a hotfix of an older major',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, 'feat!: b', { tag: 'v2.0.0' }],
      ...[{ branch: 'release/orders/1.4.x', from: 'v1.4.0' }, 'fix: a'],
    ],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1', changelog: ['Fixes: a'] },
  },
  {
    name: 'an older commit of the release branch, checked out alone, moves none of a later one',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }, { message: 'feat: b', name: 'b' }, 'feat: c'],
      { detach: 'b' },
    ],
    ...{ version: '1.1.0', level: 'minor', tags: '1.1', changelog: ['Features: b'] },
  },
  {
    name: 'a branch that fixes a number below what the release branch makes',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }, 'feat: b'],
      ...[{ branch: 'release/orders/1.0.5', from: 'v1.0.0' }, 'fix: c'],
    ],
    ...{ version: '1.0.5', level: 'patch', tags: '1.0', changelog: ['Fixes: c'] },
  },
];
