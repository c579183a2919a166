import type { Change, ChangeEntry } from './commit-level.js';
import { dropReverted } from './reverted.js';

export interface ChangelogOptions {
  /** Where the repository can be read: `https://github.com/shop/orders`; commits are links then. */
  readonly url?: string;
  /** Where all of it can be read, when it is too long. */
  readonly more?: string;
}

/** What GitHub takes as the text of a release. */
const maxLength = 125_000;
/** Of one entry. */
const maxEntryLength = 2_000;

const maxEntries = 100;
const sections: readonly [string, (entry: ChangeEntry) => boolean][] = [
  ['Breaking changes', ({ commit }) => commit.isBreaking],
  ['Features', ({ commit }) => commit.type === 'feat'],
  ['Fixes', ({ commit }) => commit.type === 'fix'],
  ['Reverts', ({ commit }) => commit.reverts !== undefined],
  ['Other changes', () => true],
];

/**
 * What changed, in Markdown: newest first, by what it means for a user. Commits of level `none` are left out, and
 * so is what was taken back, together with what took it back.
 *
 * @param changes oldest first
 * @example formatChangelog([…]) // '### Features\n\n- **api:** new prices (1a2b3c4)\n'
 */
export function formatChangelog(
  changes: readonly Change[],
  options: ChangelogOptions = {},
): string {
  const all = dropReverted(changes.flatMap(({ entries }) => entries))
    .filter(({ level }) => level !== 'none')
    .toReversed();
  const entries = all.slice(0, maxEntries);
  const taken = new Set<ChangeEntry>();
  const parts = sections.flatMap(([title, belongs]) => {
    const own = entries.filter((entry) => !taken.has(entry) && belongs(entry));
    for (const entry of own) taken.add(entry);
    if (own.length === 0) return [];
    return [`### ${title}`, '', ...own.map((entry) => formatEntry(entry, options)), ''];
  });
  const rest = all.length - entries.length;
  const lines = [...parts, ...(rest > 0 ? [`… and ${rest} older changes.`, ''] : [])];
  return cutLines(lines.join('\n'), options.more);
}

/** Cut behind a whole line; one that is too long by itself is left out. */
function cutLines(text: string, more: string | undefined): string {
  if (text.length <= maxLength) return text;
  const place = more === undefined ? '' : `: [all of it](${more})`;
  const end = `\n… the rest is too long to be shown${place}.\n`;
  const start = text.slice(0, maxLength - end.length);
  return `${start.slice(0, Math.max(0, start.lastIndexOf('\n')))}${end}`;
}

function formatEntry({ hash, commit }: ChangeEntry, { url }: ChangelogOptions): string {
  const scope = commit.scope === undefined ? '' : `**${escapeText(commit.scope)}:** `;
  const short = hash.slice(0, 7);
  const name = url === undefined ? short : `[${short}](${url}/commit/${hash})`;
  const { description, breakingNote = description } = commit;
  const note = breakingNote === description ? '' : `: ${breakingNote}`;
  const text = `${description === '' ? '(no message)' : description}${note}`;
  return `- ${scope}${escapeText(cutEnd(text))} (${name})`;
}

/** Never within a letter that takes two units. */
function cutEnd(text: string): string {
  if (text.length <= maxEntryLength) return text;
  return `${text.slice(0, maxEntryLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A message is text, not markup: an unclosed tag would swallow what follows. */
function escapeText(text: string): string {
  return text.replaceAll('<', '&lt;');
}
