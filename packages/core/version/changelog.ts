import type { Change, ChangeEntry } from './commit-level.js';
import { dropReverted } from './reverted.js';

export interface ChangelogOptions {
  /** Where the repository can be read: `https://github.com/shop/orders`; commits are links then. */
  readonly url?: string;
}

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
  return [...parts, ...(rest > 0 ? [`… and ${rest} older changes.`, ''] : [])].join('\n');
}

function formatEntry({ hash, commit }: ChangeEntry, { url }: ChangelogOptions): string {
  const scope = commit.scope === undefined ? '' : `**${escapeText(commit.scope)}:** `;
  const short = hash.slice(0, 7);
  const name = url === undefined ? short : `[${short}](${url}/commit/${hash})`;
  const note =
    commit.breakingNote === undefined || commit.breakingNote === commit.description
      ? ''
      : `: ${escapeText(commit.breakingNote)}`;
  return `- ${scope}${escapeText(commit.description)}${note} (${name})`;
}

/** A message is text, not markup: an unclosed tag would swallow what follows. */
function escapeText(text: string): string {
  return text.replaceAll('<', '&lt;');
}
