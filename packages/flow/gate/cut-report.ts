/** What a log holds of a JUnit report. */
export type CutReport =
  | { readonly state: 'none'; readonly log: string }
  /** `log` is what is beside the report. */
  | { readonly state: 'whole'; readonly text: string; readonly log: string }
  /** It has an end without a beginning, or a beginning without an end. */
  | { readonly state: 'broken'; readonly log: string };

// attributes may hold “>”
const tagPattern = /<(?<close>\/?)(?<name>testsuites?)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^>"'])*>/g;
const hiddenPattern = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g;

interface Tag {
  readonly kind: 'open' | 'close' | 'empty';
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the last JUnit XML document (`<testsuites>` or `<testsuite>`) that a suite printed.
 *
 * @example cutReport('running\n<testsuite><testcase name="a"/></testsuite>\n').state // 'whole'
 */
export function cutReport(log: string): CutReport {
  const tags = listTags(log);
  const last = tags.at(-1);
  if (last === undefined) return { state: 'none', log };
  const first = findBeginning(tags);
  if (first === undefined || last.kind === 'open') return { state: 'broken', log };
  const before = log.slice(0, first.from).replace(/<\?xml[^>]*\?>\s*$/, '');
  return {
    state: 'whole',
    text: log.slice(first.from, last.to),
    log: `${before}${log.slice(last.to)}`,
  };
}

function listTags(log: string): readonly Tag[] {
  // what tests print may look like a report too
  const plain = log.replaceAll(hiddenPattern, (hidden) => ' '.repeat(hidden.length));
  return [...plain.matchAll(tagPattern)].map((match) => ({
    kind: match.groups?.['close'] === '/' ? 'close' : match[0].endsWith('/>') ? 'empty' : 'open',
    name: match.groups?.['name'] ?? '',
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** The tag that the last one closes: back from the end to where nothing is open any more. */
function findBeginning(tags: readonly Tag[]): Tag | undefined {
  let depth = 0;
  for (const tag of tags.toReversed()) {
    if (tag.kind === 'close') depth += 1;
    if (tag.kind === 'open') depth -= 1;
    if (depth <= 0) return tag;
  }
  return undefined;
}
