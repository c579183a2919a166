import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf } from '@slipway/core/image-ref';
import { formatOutcomeSummary, type DeploymentOutcome } from './index.js';

const bundle = digestOf('a'.repeat(64));
const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'catalog' };

const live: DeploymentOutcome = {
  status: 'succeeded',
  deployment: 'test.00000005',
  bundle,
  version: '1.1.0',
  previousVersion: '1.0.0',
  applied: [
    { identity, change: 'configured' },
    { identity: { ...identity, kind: 'Service' }, change: 'unchanged' },
  ],
  pruned: [{ ...identity, kind: 'ConfigMap' }],
  isKnownGood: true,
  durationMs: 7200,
};

test('a release that is live', () => {
  expect(formatOutcomeSummary('catalog 1.1.0 → test', live, { isDryRun: false })).toBe(
    `### ✅ catalog 1.1.0 → test: live

| | |
|---|---|
| Version | 1.0.0 → 1.1.0 |
| Deployment | test.00000005 |
| Bundle | \`${bundle}\` |
| Known good | yes |
| Took | 7.2 s |

Changed:

- configured: Deployment shop/catalog
- deleted: ConfigMap shop/catalog
`,
  );
});

test('a release that was taken back: the cause and the screen come first', () => {
  const outcome: DeploymentOutcome = {
    ...live,
    status: 'rolled-back',
    version: '1.2.0',
    applied: [],
    pruned: [],
    isKnownGood: false,
    failure: new SlipwayError('crash-loop', 'Container catalog exits with code 3 at every start', {
      fix: 'Read its last log lines.',
    }),
    evidence: { screen: '✗ catalog 1.2.0 failed: crash-loop', files: [] },
    rolledBackTo: { version: '1.1.0', bundle },
    explanation: '1.2.0 is being left, 1.1.0 was good for 2 h: chosen',
    quarantined: '1.2.0',
  };

  expect(formatOutcomeSummary('catalog 1.2.0 → test', outcome, { isDryRun: false })).toBe(
    `### ↩️ catalog 1.2.0 → test: failed and rolled back

**crash-loop**: Container catalog exits with code 3 at every start

Read its last log lines.

\`\`\`text
✗ catalog 1.2.0 failed: crash-loop
\`\`\`

| | |
|---|---|
| Version | 1.0.0 → 1.2.0 |
| Live now | 1.1.0 |
| Why this one | 1.2.0 is being left, 1.1.0 was good for 2 h: chosen |
| Quarantined | 1.2.0 |
| Deployment | test.00000005 |
| Bundle | \`${bundle}\` |
| Known good | no |
| Took | 7.2 s |

`,
  );
});

test('a dry run says what would change', () => {
  const summary = formatOutcomeSummary('catalog 1.1.0 → test', live, { isDryRun: true });

  expect(summary).toContain('### 🔎 catalog 1.1.0 → test: would be done');
  expect(summary).toContain('Would change:\n\n- configured: Deployment shop/catalog');
});

test('a first deployment tells what it adopted, and whether there is a way back', () => {
  const adopted = {
    deployers: new Set(['helm', 'kubectl-edit']),
    objects: [identity, { ...identity, kind: 'Service' }],
    obstacle: 'no workload of it is live',
    notes: ['Secrets stay as they are and are in no bundle: key'],
  };

  const summary = formatOutcomeSummary('', { ...live, adopted }, { isDryRun: false });

  expect(summary).toContain(
    '| Adopted | what ran here: 2 objects of helm, kubectl-edit<br>nothing to return to: no workload of it is live<br>Secrets stay as they are and are in no bundle: key |',
  );
});

test('why it was this one stays in its cell, whatever a person wrote as a reason', () => {
  const explanation =
    '1.2.0 is quarantined (orders | returns\nfail), 1.1.0 was good for 6 d: chosen';

  const summary = formatOutcomeSummary('catalog', { ...live, explanation }, { isDryRun: false });

  expect(summary).toContain(
    '| Why this one | 1.2.0 is quarantined (orders \\| returns fail), 1.1.0 was good for 6 d: chosen |\n',
  );
});

test.each([
  ['known good', true, '### ✅ catalog: unchanged, already live'],
  ['live and not settled', false, '### ⏳ catalog: unchanged, live but not known good'],
])('nothing to do, and the release is %s', (_name, isKnownGood, title) => {
  const outcome = { ...live, status: 'unchanged', isKnownGood } as const;

  expect(formatOutcomeSummary('catalog', outcome, { isDryRun: false }).split('\n')[0]).toBe(title);
});
