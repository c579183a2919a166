import { describe, expect, test } from '@jest/globals';
import { computeChange, parseVersion, type Change } from '@slipway/core/version';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import type { ServiceVersion } from '../src/plan.js';
import { outputs as defaults, report } from '../src/report.js';

const hash = '1a2b3c4d'.padEnd(40, '0');
const commitOf = (message: string): Change =>
  computeChange({ hash, parents: [], seconds: 0, message }, []);

const release: ServiceVersion = {
  service: 'orders',
  version: parseVersion('1.5.1'),
  previous: parseVersion('1.5.0'),
  level: 'patch',
  isRelease: true,
  isChanged: true,
  tag: 'orders-v1.5.1',
  movingTags: ['1.5', '1'],
  commit: { hash, seconds: 0 },
  since: 'orders-v1.4.0',
  changes: ['feat(api)!: new prices', 'docs: prices', 'fix: a | b <c>'].map(commitOf),
  reason: 'patch after 1.5.0: “fix: a | b <c>” (1a2b3c4)',
  notes: ['follows no convention and counts as patch: “a | b” (1a2b3c4)'],
};
const prerelease: ServiceVersion = {
  service: 'catalog',
  version: parseVersion('0.1.0-pr-7.0.1a2b3c4d'),
  level: 'none',
  isRelease: false,
  isChanged: false,
  movingTags: [],
  commit: { hash, seconds: 0 },
  changes: [],
  reason: 'pr-7 is no release branch; its 0 commits would make 0.1.0',
  notes: [],
};
const nothing = { tags: [], releases: [] };
const url = 'https://github.com/shop/orders';

describe('the summary, as a reviewer reads it', () => {
  test('of a release', () => {
    const { summary } = report({
      inputs: readWith(readInputs, {}),
      versions: [release],
      url,
      ...nothing,
    });

    expect(summary.split('\n')).toEqual([
      '### 🏷️ orders 1.5.1',
      '',
      '| | |',
      '|---|---|',
      '| Why | patch after 1.5.0: “fix: a \\| b &lt;c>” (1a2b3c4) |',
      '| Kind | release, patch |',
      '| Version before | `1.5.0` |',
      '| Git tag | `orders-v1.5.1` |',
      '| Moving tags, once it proved good | `1.5`, `1` |',
      `| Commit | \`${hash}\` |`,
      '| Changed | yes |',
      '| Note | follows no convention and counts as patch: “a \\| b” (1a2b3c4) |',
      '',
      'Changes since `orders-v1.4.0`:',
      '',
      '### Breaking changes',
      '',
      `- **api:** new prices ([1a2b3c4](${url}/commit/${hash}))`,
      '',
      '### Fixes',
      '',
      `- a | b &lt;c> ([1a2b3c4](${url}/commit/${hash}))`,
      '',
    ]);
  });

  test('of a pull request that changes nothing', () => {
    const { summary } = report({
      inputs: readWith(readInputs, {}),
      versions: [prerelease],
      ...nothing,
    });

    expect(summary.split('\n')).toEqual([
      '### ⏸️ catalog 0.1.0-pr-7.0.1a2b3c4d',
      '',
      '| | |',
      '|---|---|',
      '| Why | pr-7 is no release branch; its 0 commits would make 0.1.0 |',
      '| Kind | prerelease, changes nothing for users |',
      '| Version before | none |',
      '| Git tag | none |',
      '| Moving tags, once it proved good | none |',
      `| Commit | \`${hash}\` |`,
      '| Changed | no, nothing to build |',
      '',
    ]);
  });

  test('of several services', () => {
    const inputs = readWith(readInputs, { all: 'true' });
    const { outputs, summary } = report({
      inputs,
      versions: [release, prerelease],
      url,
      ...nothing,
    });

    expect(summary.split('\n')).toEqual([
      '### 1 of 2 services changed',
      '',
      '| service | version | level | changed | why |',
      '|---|---|---|---|---|',
      '| orders | `1.5.1` | patch | yes | patch after 1.5.0: “fix: a \\| b &lt;c>” (1a2b3c4) |',
      '| catalog | `0.1.0-pr-7.0.1a2b3c4d` | changes nothing for users | no, nothing to build | pr-7 is no release branch; its 0 commits would make 0.1.0 |',
      '',
    ]);
    expect(Object.keys(outputs)).toEqual(['changed', 'matrix', 'tag-created', 'release-url']);
  });
});

test('one service sets every output', () => {
  const { outputs } = report({
    inputs: readWith(readInputs, {}),
    versions: [release],
    url,
    ...nothing,
  });

  expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(defaults).toSorted());
});
