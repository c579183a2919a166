import { describe, expect, test } from '@jest/globals';
import { SlipwayError, type FailureCode } from '@slipway/core/errors';
import { digestOf } from '@slipway/core/image-ref';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { planBuild } from '../src/plan.js';
import { report as reportWith } from '../src/report.js';
import type { Result } from '../src/run.js';

const report = (result: Result): ReturnType<typeof reportWith> =>
  reportWith(result, (text) => text);
const digest = digestOf('a'.repeat(64));
const inputs = { 'build-context': 'services/orders', 'test-target': 'test', service: 'orders' };
const built: Result = {
  plan: planBuild(readWith(readInputs, inputs), {
    workspace: '/w',
    temporaryFolder: '/t',
    projectName: 'slipway-1',
  }),
  name: 'orders',
  engine: { name: 'docker', description: 'docker 28.5.2' },
  results: {
    tests: 12,
    failures: 0,
    skipped: 2,
    failed: [],
    flaky: [],
    slowest: [
      { name: 'orders › totals | all', seconds: 1.25 },
      { name: 'quick', seconds: 0.09 },
    ],
  },
  testedIn: [
    { kind: 'image', name: 'node:24' },
    { kind: 'stage', name: 'test' },
  ],
  image: {
    layout: '/t/layout',
    digest,
    bytes: 12_345_678,
    platforms: ['linux/amd64', 'linux/arm64'],
    bases: [],
  },
  evidence: ['/t/layout.unit-tests.intoto.json'],
  annotations: [],
  durationMs: 65_000,
};

test('built and tested', () => {
  const { outputs, summary, failure } = report(built);

  expect(failure).toBeUndefined();
  expect(outputs).toEqual({
    layout: '/t/layout',
    digest,
    logs: '',
    tests: '12',
    failures: '0',
    evidence: '/t/layout.unit-tests.intoto.json',
    engine: 'docker',
    platforms: 'linux/amd64\nlinux/arm64',
    size: '12345678',
  });
  expect(summary.split('\n')).toEqual([
    '### ✅ orders: built and tested',
    '',
    '| | |',
    '|---|---|',
    `| Digest | \`${digest}\` |`,
    '| Size | 12.3 MB, compressed |',
    '| Platforms | linux/amd64, linux/arm64 |',
    '| Built from | `services/orders` |',
    '| Tests | 10 passed, 0 failed, 2 skipped |',
    '| Tested in | `node:24`, stage `test` |',
    '| Engine | docker 28.5.2 |',
    '| Took | 1 min 5 s |',
    '',
    '<details><summary>Slowest tests</summary>',
    '',
    '| test | took |',
    '|---|---|',
    '| orders › totals \\| all | 1.3 s |',
    '',
    '</details>',
    '',
  ]);
});

describe('what failed', () => {
  const fail = (code: FailureCode, lines: readonly string[]): Result => {
    const { image: _image, results: _results, ...rest } = built;
    const error = new SlipwayError(code, 'the <stage> failed', { fix: 'Mend it.' });
    return { ...rest, testedIn: [], evidence: [], failure: { error, lines } };
  };

  test('a build: its last lines, and no output but the engine', () => {
    const { outputs, summary, failure } = report(fail('build-failed', ['RUN make', '```']));

    expect(failure?.code).toBe('build-failed');
    expect(Object.values(outputs).join('')).toBe('docker');
    expect(summary).toContain('### ❌ orders: it cannot be built');
    expect(summary).not.toContain('Tested in');
    expect(summary).toContain('/build-failed.md)): the &lt;stage> failed.\n');
    expect(summary).not.toContain('Mend it.');
    expect(summary).toContain('```text\nRUN make\n` ` `\n```');
  });

  test('nothing is there to see: how it is mended', () => {
    expect(report(fail('build-failed', [])).summary).toContain('failed.\n\nMend it.\n');
  });

  test.each([
    ['build-failed', { kind: 'image', name: 'node:24' }, 'commands failed in node:24'],
    ['service-failed', { kind: 'service', name: 'test' }, 'a service did not come up'],
    ['deadline-exceeded', { kind: 'service', name: 'test' }, 'it was not done in time'],
    ['test-report-invalid', { kind: 'stage', name: 'test' }, 'no report tells how the tests went'],
  ] as const)('%s is no build that failed', (code, failedIn, title) => {
    const { summary } = report({ ...fail(code, []), failedIn });

    expect(summary).toContain(`### ❌ orders: ${title}\n`);
  });

  test('tests: each in a row with its place, before anything else, and not the last lines', () => {
    const failed = Array.from({ length: 51 }, (_each, index) => ({
      name: `a | ${index}`,
      message: 'is\nnot',
      file: 'a.test.js',
      line: 3,
    }));
    const results = { tests: 60, failures: 51, skipped: 0, failed, flaky: [], slowest: [] };

    const { outputs, summary } = report({ ...fail('tests-failed', ['the end']), results });

    expect(outputs['failures']).toBe('51');
    expect(summary).toContain('### ❌ orders: the tests did not pass');
    expect(summary).toContain(
      '| a \\| 49<br>`a.test.js:3` | is not |\n\nand 1 more, in the reports\n\n| | |\n',
    );
    expect(summary).not.toContain('the end');
  });

  test('what tests are called is text', () => {
    const failed = [
      { name: '*a* [x](http://y) <b> `c`', message: '![i](j)', file: 'a|`b', line: 1 },
    ];
    const results = { tests: 1, failures: 1, skipped: 0, failed, flaky: [], slowest: [] };

    const { summary } = report({ ...fail('tests-failed', []), results });

    expect(summary).toContain(
      String.raw`| \*a\* \[x\](http://y) &lt;b> \`c\`<br>` +
        '`a  b:1` | ' +
        String.raw`\!\[i\](j) |`,
    );
  });
});

test('secrets are masked before anything in them is escaped', () => {
  const secret = 'npm_A*B<C&D|E[F]```~!_';
  const failed = { name: `a ${secret}`, message: `b ${secret}`, file: `c/${secret}`, line: 1 };
  const error = new SlipwayError('engine-missing', `d ${secret}`, { fix: `e ${secret}` });
  const result: Result = {
    ...built,
    results: {
      ...{ tests: 2, failures: 1, skipped: 0 },
      failed: [failed],
      flaky: [failed],
      slowest: [{ name: `f ${secret}`, seconds: 1 }],
    },
    failure: { error, lines: [`g ${secret}`] },
  };

  const { summary } = reportWith(result, (text) => text.replaceAll(secret, 'hidden'));

  expect(summary).not.toContain('npm');
  for (const letter of ['a ', 'b ', 'c/', 'd ', 'e ', 'f ', 'g ']) {
    expect(summary).toContain(`${letter}hidden`);
  }
});
