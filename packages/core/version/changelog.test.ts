import { describe, expect, test } from '@jest/globals';
import { computeChange, formatChangelog, type Change } from './index.js';

const hashOf = (index: number): string => `${'abcdef'[index % 6] ?? ''}${index}`.padEnd(40, '0');
const changesOf = (...messages: readonly string[]): readonly Change[] =>
  messages.map((message, index) =>
    computeChange({ hash: hashOf(index), parents: [], seconds: index, message }, []),
  );

describe('a long changelog', () => {
  const more = 'https://example.com/o/compare/v1...b';
  const notes = 'x'.repeat(1_990);
  const messages = Array.from({ length: 90 }, (_, index) => `feat: ${index} ${notes}`);

  test('is cut behind a line, so that GitHub takes it, and says where all of it is', () => {
    const text = formatChangelog(changesOf(...messages), { url: 'https://example.com/o', more });

    expect(text.length).toBeLessThanOrEqual(125_000);
    const lines = text.split('\n');
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^- \d+ x+ \(\[\w+\]\(.*\)\)$/),
      `… the rest is too long to be shown: [all of it](${more}).`,
      '',
    ]);
    expect(lines.filter((line) => line.startsWith('- ')).length).toBeGreaterThan(55);
  });

  test('is left as it is while it is short enough, and says no place that nobody knows', () => {
    expect(formatChangelog(changesOf(...messages.slice(0, 20)), { more })).not.toContain('rest');
    expect(formatChangelog(changesOf(...messages))).toContain(
      '\n… the rest is too long to be shown.\n',
    );
  });

  test('has the beginning of an entry that is long by itself', () => {
    const [line] = formatChangelog(changesOf(`fix: ${'x'.repeat(1_999)}😀${'y'.repeat(9)}`))
      .split('\n')
      .slice(2);

    expect(line).toBe(`- ${'x'.repeat(1_999)}… (a000000)`);
  });
});

describe('a changelog', () => {
  test('is grouped, newest first, without what changes nothing', () => {
    const changes = changesOf(
      'feat: a',
      'fix(api): b',
      'docs: c',
      'words <script>',
      'feat!: d',
      'fix: e\n\nBREAKING CHANGE: no more f',
      'feat: g',
    );

    expect(formatChangelog(changes, { url: 'https://example.com/o' }).split('\n')).toEqual([
      '### Breaking changes',
      '',
      `- e: no more f ([f500000](https://example.com/o/commit/${hashOf(5)}))`,
      `- d ([e400000](https://example.com/o/commit/${hashOf(4)}))`,
      '',
      '### Features',
      '',
      `- g ([a600000](https://example.com/o/commit/${hashOf(6)}))`,
      `- a ([a000000](https://example.com/o/commit/${hashOf(0)}))`,
      '',
      '### Fixes',
      '',
      `- **api:** b ([b100000](https://example.com/o/commit/${hashOf(1)}))`,
      '',
      '### Other changes',
      '',
      `- words &lt;script> ([d300000](https://example.com/o/commit/${hashOf(3)}))`,
      '',
    ]);
  });

  test('leaves out what was taken back, and what took it back', () => {
    const revert = (header: string, hash: string): string =>
      `Revert "${header}"\n\nThis reverts commit ${hash}.`;
    const changes = changesOf(
      'feat: a',
      'feat: b',
      revert('feat: a', hashOf(0)),
      'fix: c',
      revert('fix: c', hashOf(3)),
      'Reapply "fix: c"',
      revert('feat: older', 'f'.repeat(40)),
    );

    const lines = formatChangelog(changes).split('\n');

    expect(lines.filter((line) => line.startsWith('- ')).map((line) => line.slice(0, 22))).toEqual([
      '- b (b100000)',
      '- c (d300000)',
      '- Revert "feat: older" (a600000)'.slice(0, 22),
    ]);
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      '### Features',
      '### Fixes',
      '### Reverts',
    ]);
  });

  test('leaves out all that a merge brought which was taken back by its hash', () => {
    const [one, two] = ['feat: a', 'fix: b'].map((message, index) => ({
      ...{ hash: hashOf(index), parents: [], seconds: index, message },
    }));
    const message = "Merge branch 'x'";
    const merge = { hash: hashOf(2), parents: ['p', 'q'], seconds: 2, message };
    const brought = one === undefined || two === undefined ? [] : [one, two];
    const text = `Revert "Merge"\n\nThis reverts commit ${hashOf(2)}, reversing\nchanges made to it.`;
    const revert = { hash: hashOf(3), parents: [], seconds: 3, message: text };

    const changes = [computeChange(merge, brought), computeChange(revert, [])];

    expect(formatChangelog(changes)).toBe('');
  });

  test('ends after a hundred', () => {
    const messages = Array.from({ length: 130 }, (_, index) => `fix: number ${index}`);

    const lines = formatChangelog(changesOf(...messages)).split('\n');

    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(100);
    expect(lines.slice(-2)).toEqual(['… and 30 older changes.', '']);
  });

  test('is empty where nothing changed', () => {
    expect(formatChangelog(changesOf('docs: a'))).toBe('');
  });
});
