import type { HistoryCase, Step, TestCommit } from '../git/index.js';

const config = `apiVersion: slipway/v1
services:
  orders: { paths: [services/orders, libs/money] }
  orders-api: { paths: [services/orders-api, 'libs/*'] }
  web: { paths: [web/**/*.ts, package.json] }
`;

/** A commit that changes files. */
function change(message: string, ...paths: readonly string[]): TestCommit {
  return { message, files: Object.fromEntries(paths.map((path) => [path, `${message}\n`])) };
}

const begin: readonly Step[] = [
  change('chore: begin', 'services/orders/a', 'services/orders-api/a', 'web/src/a.ts', 'README.md'),
  ...['orders-v1.0.0', 'orders-api-v2.0.0', 'web-v3.0.0'].map((tag) => ({ tag })),
];
const prefixed = {
  version: '1.0.0',
  level: 'patch',
  tags: '1.0 1 latest',
  changelog: ['Other changes: begin'],
};

function orders(
  name: string,
  steps: readonly Step[],
  expected: Pick<HistoryCase, 'version' | 'level' | 'tags' | 'changelog'>,
): HistoryCase {
  return { name, config, inputs: { service: 'orders' }, story: [...begin, ...steps], ...expected };
}

const patch = { version: '1.0.1', level: 'patch', tags: '1.0 1 latest', changelog: ['Fixes: a'] };

/** Which commits touch a service. */
export const pathCases: readonly HistoryCase[] = [
  orders('a file of its own', [change('fix: a', 'services/orders/b')], patch),
  orders('a folder that it shares', [change('fix: a', 'libs/money/x/y')], patch),
  orders('a folder that begins alike', [change('feat: a', 'services/orders-api/b')], prefixed),
  orders('a file outside', [change('feat: a', 'README.md', 'services/x')], prefixed),
  orders(
    'only its own commits count',
    [
      change('feat: b', 'web/src/b.ts'),
      change('fix: a', 'services/orders/b'),
      change('feat!: c', 'libs/x'),
    ],
    patch,
  ),
  orders(
    'a file that is moved out',
    [{ message: 'fix: a', files: { 'web/a': 'chore: begin\n' }, deletes: ['services/orders/a'] }],
    patch,
  ),
  orders(
    'a file that is moved in',
    [
      {
        message: 'fix: a',
        files: { 'services/orders/r': 'chore: begin\n' },
        deletes: ['README.md'],
      },
    ],
    patch,
  ),
  orders(
    'a file that is deleted',
    [{ message: 'fix: a', files: {}, deletes: ['services/orders/a'] }],
    patch,
  ),
  orders(
    'a symbolic link',
    [{ message: 'fix: a', files: {}, links: { 'services/orders/link': '../../README.md' } }],
    patch,
  ),
  orders(
    'a submodule that moves on',
    [{ message: 'fix: a', files: {}, submodules: { 'services/orders/sub': '1'.repeat(40) } }],
    patch,
  ),
  orders(
    'a folder that becomes a file',
    [{ message: 'fix: a', files: { 'services/orders': 'x' }, deletes: ['services/orders/a'] }],
    patch,
  ),
  orders('another case', [change('feat: a', 'services/Orders/b')], prefixed),
  orders(
    'names with spaces, quotes, line breaks and letters of other languages',
    [change('fix: a', 'services/orders/ü "b"\nc', '1a2b3c4d5e6f\n')],
    patch,
  ),
  orders(
    'a file that is named like a hash',
    [change('feat: b', '1'.repeat(40)), change('fix: a', `services/orders/${'2'.repeat(40)}`)],
    patch,
  ),
  orders(
    'a merge that brings commits of others too',
    [
      ...[{ branch: 'side' }, change('feat: b', 'web/src/b.ts')],
      { ...change('fix: a', 'services/orders/b'), name: 'a' },
      { branch: 'main' },
      { ...change('Merge side', 'web/src/b.ts', 'services/orders/b'), merges: ['a'] },
    ],
    patch,
  ),
  orders(
    'a merge that changes nothing of it',
    [
      ...[{ branch: 'side' }, { ...change('feat: a', 'services/orders/a'), name: 'a' }],
      ...[{ branch: 'main' }, { message: 'Merge side', merges: ['a'], files: {} }],
    ],
    prefixed,
  ),
  {
    name: 'a glob of one folder',
    story: [...begin, change('feat: b', 'libs/money/deep/x'), change('fix: a', 'libs/file')],
    ...{ config, inputs: { service: 'orders-api' } },
    ...{ version: '2.0.1', level: 'patch', tags: '2.0 2 latest', changelog: ['Fixes: a'] },
  },
  {
    name: 'a glob through folders, and a file',
    story: [
      ...begin,
      ...[change('feat: b', 'web/x.css'), change('feat: c', 'web/a/b.ts', 'other/a.ts')],
      change('fix: a', 'package.json'),
    ],
    ...{ config, inputs: { service: 'web' } },
    ...{ version: '3.1.1', level: 'patch', tags: '3.1 3 latest' },
    changelog: ['Features: c', 'Fixes: a'],
  },
  {
    name: 'a tag on a commit of others names the last commit before it',
    story: [
      ...begin,
      change('fix: a', 'services/orders/b'),
      change('docs: b', 'x'),
      { tag: 'orders-v1.0.1' },
    ],
    ...{ config, inputs: { service: 'orders' } },
    ...patch,
  },
  {
    name: 'tags of services whose names begin alike',
    story: [
      change('chore: begin', 'services/orders/a'),
      { tag: 'orders-v2-v9.0.0' },
      { tag: 'orders-v1.0.0' },
    ],
    ...{ config, inputs: { service: 'orders' }, ...prefixed },
  },
];
