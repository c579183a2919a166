import type { HistoryCase } from '../git/index.js';

const fixed = ['Fixes: b'];

/** What a tag says, and which ones say nothing. */
export const tagCases: readonly HistoryCase[] = [
  {
    name: 'no tag at all',
    story: ['feat: a', 'fix: b'],
    ...{ version: '0.1.1', level: 'patch', tags: '0.1 latest' },
    changelog: ['Features: a', 'Fixes: b'],
  },
  {
    name: 'no tag, and a first version',
    story: ['docs: z', 'feat: a'],
    inputs: { 'initial-version': '1.0.0' },
    ...{ version: '1.0.0', level: 'minor', tags: '1.0 1 latest', changelog: ['Features: a'] },
  },
  {
    name: 'tags that are no versions',
    story: [
      'feat: a',
      ...['v1', 'v1.2', 'v01.2.3', 'v1.2.3.4', 'v1.2.3+build', 'V9.9.9', 'version'].map((tag) => ({
        tag,
      })),
      'fix: b',
    ],
    ...{ version: '0.1.1', level: 'patch', tags: '0.1 latest' },
    changelog: ['Features: a', 'Fixes: b'],
  },
  {
    name: 'a tag whose version is as long as a tag of an image can be, and one that is longer',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }, 'fix: b'],
      ...[{ tag: `v1.0.1-${'a'.repeat(122)}` }, { tag: `v2.0.0-${'a'.repeat(123)}` }],
    ],
    ...{ version: `1.0.1-${'a'.repeat(122)}`, level: 'patch', tags: '', changelog: ['Fixes: b'] },
  },
  {
    name: 'an annotated tag, and a tag of a tag',
    story: [
      'feat: a',
      { tag: 'inner', annotation: 'inner' },
      { tag: 'v1.0.0', at: 'inner', annotation: 'outer' },
      'fix: b',
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'a signed tag',
    story: [
      'feat: a',
      {
        tag: 'v1.0.0',
        annotation: 'one\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----',
      },
      'fix: b',
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'tags that go down',
    story: ['feat: a', { tag: 'v2.0.0' }, 'fix: b', { tag: 'v1.1.0' }, 'fix: c'],
    ...{ version: '2.0.2', level: 'patch', tags: '2.0 2 latest' },
    changelog: ['Fixes: c', 'Fixes: b'],
  },
  {
    name: 'two versions of one commit',
    story: ['feat: a', { tag: 'v1.0.0' }, { tag: 'v1.1.0' }, 'fix: b'],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest', changelog: fixed },
  },
  {
    name: 'two versions of the commit itself',
    story: ['feat: a', { tag: 'v0.9.0' }, 'fix: b', { tag: 'v1.0.0' }, { tag: 'v1.1.0' }],
    ...{ version: '1.1.0', level: 'major', tags: '1.1 1 latest', changelog: fixed },
  },
  {
    name: 'a tag of a prerelease is no base',
    story: ['feat: a', { tag: 'v1.0.0' }, 'feat: b', { tag: 'v1.1.0-rc.1' }, 'fix: c'],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest' },
    changelog: ['Features: b', 'Fixes: c'],
  },
  {
    name: 'a prerelease that its tag names moves nothing',
    story: ['feat: a', { tag: 'v1.0.0' }, 'feat: b', { tag: 'v1.1.0-rc.1' }],
    ...{ version: '1.1.0-rc.1', level: 'minor', tags: '', changelog: ['Features: b'] },
  },
  {
    name: 'a higher release that is not reached',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }],
      ...[{ branch: 'next' }, 'feat!: b', { tag: 'v2.0.0' }],
      ...[{ branch: 'main' }, 'fix: c'],
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1', changelog: ['Fixes: c'] },
  },
  {
    name: 'a release on a branch that was merged',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }],
      ...[{ branch: 'hotfix' }, { message: 'fix: b', name: 'b' }, { tag: 'v1.0.1' }],
      ...[{ branch: 'main' }, 'fix: c', { message: 'fix: merge', merges: ['b'] }],
    ],
    ...{ version: '1.0.3', level: 'patch', tags: '1.0 1 latest' },
    changelog: ['Fixes: merge', 'Fixes: c'],
  },
  {
    name: 'a commit whose release came later with others',
    story: [
      'feat: a',
      { tag: 'v1.0.0' },
      'fix: b',
      'feat: c',
      { tag: 'v1.1.0' },
      { detach: 'main~1' },
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0', changelog: fixed },
  },
  {
    name: 'a branch named like a version',
    story: ['feat: a', { tag: 'v1.0.0' }, { branch: 'v9.9.9' }, 'fix: b'],
    ...{ version: '1.0.1-v9-9-9.1.#', level: 'patch', tags: '', changelog: fixed },
  },
  {
    name: 'a branch with the name of a tag',
    story: ['feat: a', { tag: 'v1.0.0' }, 'fix: b', { branch: 'v1.0.0' }, { branch: 'main' }],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'a tag of what is no commit',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }],
      { git: ['tag', 'v7.0.0', 'HEAD^{tree}'] },
      { git: ['tag', '-m', 'a file', 'v8.0.0', 'HEAD:file-1'] },
      'fix: b',
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'refs that are packed',
    story: [
      'feat: a',
      { tag: 'v1.0.0', annotation: 'one' },
      'fix: b',
      { git: ['pack-refs', '--all'] },
    ],
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'a commit that is replaced in this clone',
    story: [
      ...['feat: a', { tag: 'v1.0.0' }, 'feat: b', 'fix: c'],
      { git: ['replace', '--graft', 'HEAD', 'v1.0.0'] },
    ],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest' },
    changelog: ['Features: b', 'Fixes: c'],
  },
  {
    name: 'a number that is too large for a version, below one that is none',
    story: ['feat: z', { tag: 'v1.0.20240101123045123' }, 'feat: a', { tag: 'v1.1.0' }, 'fix: b'],
    ...{ version: '1.1.1', level: 'patch', tags: '1.1 1 latest', changelog: fixed },
  },
  {
    name: 'another prefix',
    story: ['feat: a', { tag: 'v5.0.0' }, { tag: 'rel/1.0.0' }, 'fix: b'],
    inputs: { 'tag-prefix': 'rel/' },
    ...{ version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: fixed },
  },
  {
    name: 'tags without a prefix',
    story: ['feat: a', { tag: '1.4.0' }, { tag: 'v9.0.0' }, 'fix: b'],
    inputs: { 'tag-prefix': 'none' },
    ...{ version: '1.4.1', level: 'patch', tags: '1.4 1 latest', changelog: fixed },
  },
  {
    name: 'tags of others, and a prefix that somebody chose',
    story: ['feat: a', { tag: '1.4.0' }, 'fix: b'],
    inputs: { 'tag-prefix': 'v' },
    ...{ version: '0.1.1', level: 'patch', tags: '0.1 latest' },
    changelog: ['Features: a', 'Fixes: b'],
  },
  {
    name: 'the tag that was pushed, of two on the commit',
    story: ['feat: a', { tag: 'v1.4.0' }, 'feat: b', { tag: 'v1.5.0' }, { tag: 'v1.6.0' }],
    ref: 'refs/tags/v1.5.0',
    ...{ version: '1.5.0', level: 'minor', tags: '1.5', changelog: ['Features: b'] },
  },
  {
    name: 'a release and a higher prerelease of the commit itself',
    story: ['feat: a', { tag: 'v1.4.0' }, 'feat: b', { tag: 'v1.5.0' }, { tag: 'v2.0.0-rc.1' }],
    ...{ version: '1.5.0', level: 'minor', tags: '1.5 1 latest', changelog: ['Features: b'] },
  },
  {
    name: 'the tag of a prerelease that was pushed, on a commit that has a release, too',
    story: ['feat: a', { tag: 'v1.4.0' }, 'feat: b', { tag: 'v1.5.0' }, { tag: 'v2.0.0-rc.1' }],
    ref: 'refs/tags/v2.0.0-rc.1',
    ...{ version: '2.0.0-rc.1', level: 'major', tags: '', changelog: ['Features: b'] },
  },
];
