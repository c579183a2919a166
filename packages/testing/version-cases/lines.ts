import type { HistoryCase, Step } from '../git/index.js';

/** After 1.4.0, a fix and a feature on main that have no tags. */
const begin: readonly Step[] = [
  'chore: begin',
  { tag: 'v1.4.0' },
  { message: 'fix: b', name: 'b' },
  { message: 'feat: c', name: 'c' },
];
const older = { version: '1.4.1', level: 'patch', tags: '1.4', changelog: ['Fixes: b'] };

/** Keeps where a branch is as what was fetched. */
function fetched(branch: string): Step {
  return { git: ['update-ref', `refs/remotes/origin/${branch}`, 'HEAD'] };
}

/** Goes back by one commit, as a run that is started again. */
const back: Step = { git: ['reset', '--soft', 'HEAD~1'] };

/** Several lines that make releases, each with its own numbers, and what is known of them. */
export const lineCases: readonly HistoryCase[] = [
  {
    name: 'an older commit of main, built once more, moves nothing of a later one',
    story: [...begin, fetched('main'), back],
    ref: 'refs/heads/main',
    ...older,
  },
  {
    name: 'an older commit of main, where only a tag tells of a later one',
    story: [...begin, { tag: 'v1.5.0' }, back],
    ref: 'refs/heads/main',
    ...older,
  },
  {
    name: 'a main that lags behind what was fetched hides nothing of it',
    story: [
      ...[...begin, fetched('main'), back],
      ...[{ branch: 'release/orders/1.4.x' }, 'fix: a'],
    ],
    ...{ version: '1.4.2', level: 'patch', tags: '1.4', changelog: ['Fixes: a', 'Fixes: b'] },
  },
  {
    name: 'an older commit of a maintenance branch, built once more',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'fix: d', 'fix: e'],
      ...[fetched('release/orders/1.4.x'), back],
    ],
    ref: 'refs/heads/release/orders/1.4.x',
    ...{ version: '1.4.2', level: 'patch', tags: '', changelog: ['Fixes: d', 'Fixes: b'] },
  },
  {
    name: 'a commit of a maintenance branch, checked out alone',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'feat: d', 'fix: e'],
      { detach: 'HEAD~1' },
    ],
    ...{ version: '1.4.2', level: 'patch', tags: '', changelog: ['Features: d', 'Fixes: b'] },
  },
  {
    name: 'a branch that fixes a number gives it to the first commit that it adds',
    story: [
      ...[...begin, { branch: 'release/orders/2.0.0' }, 'fix: a', 'feat: d', 'docs: e', 'fix: f'],
      { detach: 'HEAD' },
    ],
    ref: 'refs/heads/release/orders/2.0.0',
    ...{ version: '2.0.2', level: 'patch', tags: '2.0 2 latest' },
    changelog: ['Features: d', 'Features: c', 'Fixes: f', 'Fixes: a', 'Fixes: b'],
  },
  {
    name: 'a branch that fixes a number, and has it tagged',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'fix: a', { tag: 'v2.0.0' }, 'feat: d'],
    ...{ version: '2.0.1', level: 'patch', tags: '2.0 2 latest', changelog: ['Features: d'] },
  },
  {
    name: 'a branch that fixes a number, before it adds anything',
    story: [...begin, { branch: 'release/orders/2.0.0' }],
    ...{ version: '2.0.0', level: 'major', tags: '' },
    changelog: ['Features: c', 'Fixes: b'],
  },
  {
    name: 'a branch that fixes a number begins with words',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'docs: a'],
    ...{
      version: '2.0.0-dev.1.#',
      level: 'none',
      tags: '',
      changelog: ['Features: c', 'Fixes: b'],
    },
  },
  {
    name: 'a pull request into a maintenance branch',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'feat: d'],
      ...[{ branch: 'pull' }, { message: 'feat: a', name: 'a' }],
      { branch: 'merged', from: 'release/orders/1.4.x' },
      ...[{ message: 'Merge a', merges: ['a'] }, { detach: 'HEAD' }],
    ],
    ref: 'refs/pull/7/merge',
    target: 'release/orders/1.4.x',
    ...{ version: '1.4.3-pr-7.1.#', level: 'patch', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'the head of a pull request into a maintenance branch',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'feat: d'],
      ...[{ branch: 'pull' }, 'feat: a', { detach: 'HEAD' }],
    ],
    ref: 'refs/pull/7/merge',
    target: 'release/orders/1.4.x',
    ...{ version: '1.4.3-pr-7.1.#', level: 'patch', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a merge queue of a maintenance branch',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'feat: d'],
      ...[{ branch: 'pull' }, 'feat: a', { detach: 'HEAD' }],
    ],
    ref: `refs/heads/gh-readonly-queue/release/orders/1.4.x/pr-7-${'a'.repeat(40)}`,
    ...{ version: '1.4.3-queue-pr-7.1.#', level: 'patch', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a branch that left a maintenance branch',
    story: [
      ...[...begin, { branch: 'release/orders/1.4.x', from: 'b' }, 'feat: d'],
      ...[{ branch: 'side' }, 'feat: a'],
    ],
    ...{ version: '1.4.3-side.1.#', level: 'patch', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a pull request into a branch that fixes the number',
    story: [
      ...[...begin, { branch: 'release/orders/2.0.0' }, 'fix: d', { branch: 'pull' }, 'feat: a'],
      { detach: 'HEAD' },
    ],
    ref: 'refs/pull/7/merge',
    target: 'release/orders/2.0.0',
    ...{ version: '2.0.1-pr-7.1.#', level: 'patch', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a pull request into a branch that fixes the number, and adds nothing yet',
    story: [
      ...[...begin, { branch: 'release/orders/2.0.0' }, { branch: 'pull' }, 'feat: a'],
      { detach: 'HEAD' },
    ],
    ref: 'refs/pull/7/merge',
    target: 'release/orders/2.0.0',
    ...{ version: '2.0.0-pr-7.1.#', level: 'major', tags: '', changelog: ['Features: a'] },
  },
  {
    name: 'a maintenance branch of the line that main is on still',
    story: ['chore: begin', { tag: 'v1.4.0' }, { branch: 'release/orders/1.4.x' }, 'fix: a'],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1 latest', changelog: ['Fixes: a'] },
  },
  {
    name: 'a maintenance branch where no release branch is known',
    story: ['chore: begin', { tag: 'v1.4.0' }, { branch: 'release/orders/1.4.x' }, 'fix: a'],
    inputs: { 'release-branches': 'trunk' },
    ...{ version: '1.4.1', level: 'patch', tags: '1.4', changelog: ['Fixes: a'] },
  },
  {
    name: 'a branch that counts up prereleases',
    story: [...begin, { branch: 'release/orders/2.0.0-rc.1' }, 'fix: a', 'docs: d', 'feat: e'],
    ...{ version: '2.0.0-rc.3', level: 'patch', tags: '' },
    changelog: ['Features: e', 'Features: c', 'Fixes: a', 'Fixes: b'],
  },
  {
    name: 'a maintenance branch that merged main moves nothing that main made',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'release/orders/1.4.x' }, 'fix: a'],
      ...[{ branch: 'main' }, { message: 'feat: m', name: 'm' }],
      { branch: 'release/orders/1.4.x' },
      { message: "Merge branch 'main' into release/orders/1.4.x", merges: ['m'] },
    ],
    ...{ version: '1.4.2', level: 'patch', tags: '1.4', changelog: ['Features: m', 'Fixes: a'] },
  },
  {
    name: 'a higher number that another branch made and nobody tagged keeps latest',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'fix: h', { branch: 'main' }, 'feat: z'],
    ...{ version: '1.6.0', level: 'minor', tags: '1.6 1' },
    changelog: ['Features: z', 'Features: c', 'Fixes: b'],
  },
  {
    name: 'a higher number of the same major that another branch made keeps that, too',
    story: [...begin, { branch: 'release/orders/1.9.0' }, 'fix: h', { branch: 'main' }, 'fix: z'],
    ...{ version: '1.5.1', level: 'patch', tags: '1.5' },
    changelog: ['Features: c', 'Fixes: z', 'Fixes: b'],
  },
  {
    name: 'a hotfix of main, which has only a branch above it',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, { branch: 'release/orders/1.5.0' }, 'feat: h'],
      ...[{ branch: 'release/orders/1.4.x', from: 'v1.4.0' }, 'fix: a'],
    ],
    ...{ version: '1.4.1', level: 'patch', tags: '1.4', changelog: ['Fixes: a'] },
  },
  {
    name: 'a tagged commit of main, built once more after its hotfix',
    story: [
      ...['chore: begin', { tag: 'v1.4.0' }, 'feat: b', { tag: 'v1.5.0' }],
      ...[{ branch: 'release/orders/1.5.x' }, 'fix: h', { branch: 'main' }],
    ],
    ...{ version: '1.5.0', level: 'minor', tags: '', changelog: ['Features: b'] },
  },
  {
    name: 'a branch that fixes a higher number and adds nothing yet takes nothing from main',
    story: [...begin, { branch: 'release/orders/2.0.0' }, { branch: 'main' }, 'feat: z'],
    ...{ version: '1.6.0', level: 'minor', tags: '1.6 1 latest' },
    changelog: ['Features: z', 'Features: c', 'Fixes: b'],
  },
  {
    name: 'a branch that fixes a number, where somebody sets the level of words',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'fix: a', 'docs: d'],
    inputs: { bump: 'patch' },
    ...{ version: '2.0.1', level: 'patch', tags: '2.0 2 latest' },
    changelog: ['Features: c', 'Fixes: a', 'Fixes: b'],
  },
  {
    name: 'a branch that fixes a number begins with words, whose level somebody sets',
    story: [...begin, { branch: 'release/orders/2.0.0' }, 'docs: d'],
    inputs: { bump: 'patch' },
    ...{ version: '2.0.0', level: 'major', tags: '2.0 2 latest' },
    changelog: ['Features: c', 'Fixes: b'],
  },
];
