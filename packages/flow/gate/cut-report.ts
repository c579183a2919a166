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
  const at = findBeginning(tags);
  const first = tags[at];
  const isInside = sumDepth(tags.slice(0, at)) !== 0;
  if (first === undefined || last.kind === 'open' || isInside) return { state: 'broken', log };
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

/** Where the tag is that the last one closes: back from the end to where nothing is open any more; or -1. */
function findBeginning(tags: readonly Tag[]): number {
  return tags.findLastIndex((_tag, index) => sumDepth(tags.slice(index)) >= 0);
}

/** How many suites are still open after these tags. */
function sumDepth(tags: readonly Tag[]): number {
  return tags.reduce((depth, { kind }) => depth + depthOf[kind], 0);
}

const depthOf = { open: 1, close: -1, empty: 0 };
