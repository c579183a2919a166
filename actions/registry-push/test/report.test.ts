import { describe, expect, test } from '@jest/globals';
import { digestOf, parseRepository, parseTag } from '@slipway/core/image-ref';
import type { PushResult } from '@slipway/io/registry';
import { report } from '../src/report.js';
import type { Result } from '../src/run.js';

const digest = digestOf('a'.repeat(64));
const previous = digestOf('b'.repeat(64));
const [version, minor, latest] = [parseTag('1.4.0'), parseTag('1.4'), parseTag('latest')];

const pushed: PushResult = {
  digest,
  blobs: { sent: 2, mounted: 0, present: 3 },
  manifests: { sent: 2, present: 0 },
  referrers: 1,
  bytesSent: 12_345_678,
  bytes: 45_000_000,
  tags: [
    { tag: version, state: 'created' },
    { tag: minor, state: 'moved', previous },
    { tag: latest, state: 'skipped', previous },
  ],
};
const unchanged: PushResult = {
  ...pushed,
  blobs: { sent: 0, mounted: 0, present: 5 },
  manifests: { sent: 0, present: 2 },
  bytesSent: 0,
  tags: [{ tag: version, state: 'unchanged' }],
};

function resultOf(result: PushResult, isDryRun = false, evidence: Result['evidence'] = []): Result {
  const inputs = {
    source: { kind: 'files', path: 'out' },
    image: parseRepository('r.example.com/team/orders'),
    tags: [],
    tagPolicy: 'move',
    evidence: [],
    timeoutMs: 1000,
    isDryRun,
    registry: { credentials: [], plainHttp: [] },
  } as const;
  return { inputs, pushed: result, evidence, durationMs: 2345.6 };
}

describe('report', () => {
  test('a push: outputs and summary', () => {
    const { outputs, summary, failure } = report(resultOf(pushed));

    expect(failure).toBeUndefined();
    expect(outputs).toEqual({
      reference: `r.example.com/team/orders@${digest}`,
      digest,
      tags: '1.4.0\n1.4',
      pushed: '4',
      unchanged: 'false',
    });
    expect(summary.split('\n')).toEqual([
      '### ✅ r.example.com/team/orders: pushed and read back',
      '',
      `\`r.example.com/team/orders@${digest}\``,
      '',
      '| | |',
      '|---|---|',
      '| Tag `1.4.0` | created |',
      `| Tag \`1.4\` | moved from \`${previous}\` |`,
      `| Tag \`latest\` | left at \`${previous}\` |`,
      '| Blobs and manifests | 4 sent (12.3 MB), 3 were there |',
      '| Referrers among them | 1 |',
      '| Size | 45.0 MB |',
      '| Took | 2.3 s |',
      '',
    ]);
  });

  test('evidence is named with what it says', () => {
    const [tested, other] = [digestOf('c'.repeat(64)), digestOf('d'.repeat(64))];
    const at = '2026-01-01T00:00:00Z';
    const testResult = { gate: 'unit-tests', result: 'PASSED', at } as const;
    const evidence = [
      {
        path: 'out/unit.json',
        digest: tested,
        statement: { subjects: [digest], predicateType: 'x', testResult },
      },
      {
        path: 'out/provenance.json',
        digest: other,
        statement: { subjects: [digest], predicateType: 'https://slsa.dev/provenance/v1' },
      },
    ];

    const { summary } = report(resultOf(pushed, false, evidence));

    expect(summary.split('\n').slice(9, 11)).toEqual([
      `| Evidence \`out/unit.json\` | unit-tests: PASSED (\`${tested}\`) |`,
      `| Evidence \`out/provenance.json\` | https://slsa.dev/provenance/v1 (\`${other}\`) |`,
    ]);
  });

  test('a second run', () => {
    const { outputs, summary } = report(resultOf(unchanged));

    expect(outputs).toMatchObject({ pushed: '0', unchanged: 'true', tags: '1.4.0' });
    expect(summary).toContain(
      '✅ r.example.com/team/orders: unchanged, everything was there already',
    );
    expect(summary).toContain('| Tag `1.4.0` | unchanged, names this digest already |');
    expect(summary).toContain('| Blobs and manifests | 0 sent (0 B), 7 were there |');
  });

  test('a tag that is new is a change although nothing else was sent', () => {
    const tags = [{ tag: latest, state: 'created' }] as const;

    expect(report(resultOf({ ...unchanged, tags })).outputs['unchanged']).toBe('false');
  });

  test('a dry run speaks of what would be', () => {
    const { outputs, summary } = report(resultOf(pushed, true));

    expect(outputs).toMatchObject({ pushed: '0', unchanged: 'false' });
    expect(summary).toContain('🔎 r.example.com/team/orders: dry run, nothing was sent');
    expect(summary).toContain('| Tag `1.4.0` | would be created |');
    expect(summary).toContain(`| Tag \`1.4\` | would be moved from \`${previous}\` |`);
    expect(summary).toContain('| Blobs and manifests | 4 to send (12.3 MB), 3 were there |');
  });
});
