import type { ObjectDiff } from './object-diff.js';

/** A summary takes at most 1 MiB; what a reviewer reads is far less. */
const maxDiffCharacters = 60_000;

/** Differences for a summary: which objects, and folded, what in them; the rest is in the file of `diff`. */
export function formatDiffSection(
  title: string,
  {
    text,
    changes,
  }: { readonly text: string; readonly changes: readonly Omit<ObjectDiff, 'patch'>[] },
): readonly string[] {
  if (changes.length === 0) return [];
  const isLong = text.length > maxDiffCharacters;
  return [
    '| object | change |',
    '|---|---|',
    ...changes.map(({ object, change }) => `| ${object} | ${change} |`),
    '',
    `<details><summary>${title}</summary>`,
    '',
    '````diff',
    text.slice(0, maxDiffCharacters).trimEnd(),
    '````',
    ...(isLong ? ['', 'The rest is in the file of the output `diff`.'] : []),
    '',
    '</details>',
  ];
}
