/**
 * A document with the text between its markers replaced.
 *
 * @example replaceBetween('a <!-- x --> b <!-- /x --> c', 'x', 'new') // 'a <!-- x -->\nnew\n<!-- /x --> c'
 * @throws Error when it has no such markers
 */
export function replaceBetween(document: string, marker: string, text: string): string {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`no ${start} … ${end}`);
  return `${document.slice(0, from)}${start}\n${text}\n${document.slice(to)}`;
}

/** @example formatTable(['a'], [['1']]) // '| a |\n|---|\n| 1 |' */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [toLine(header), `|${header.map(() => '---|').join('')}`, ...rows.map(toLine)].join('\n');
}
