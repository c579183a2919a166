import { parsePartName, type PartName } from '@slipway/lab/parts';

export interface RunArguments {
  /** A regular expression over paths and, where no path matches, names of tests. */
  readonly pattern?: string;
  readonly leftOut: readonly PartName[];
}

/**
 * Reads the command line of `npm test`.
 *
 * @param leftOutBefore as in `LAB_WITHOUT`: `cluster:test,registry:production`
 * @example parseArguments(['registry', '--without', 'cluster:test']) // { pattern: 'registry', leftOut: ['cluster:test'] }
 * @throws Error in one sentence
 */
export function parseArguments(argv: readonly string[], leftOutBefore = ''): RunArguments {
  const patterns: string[] = [];
  const names = leftOutBefore.split(',').filter((name) => name.trim() !== '');
  const leftOut: PartName[] = names.map((name) => parsePartName(name.trim()));
  for (let position = 0; position < argv.length; position += 1) {
    const word = argv[position] ?? '';
    if (word === '--without') {
      position += 1;
      leftOut.push(parsePartName(argv[position] ?? 'nothing'));
    } else if (word.startsWith('-')) {
      throw new Error(`${word} is no option: expected a pattern, or --without <part>`);
    } else {
      patterns.push(word);
    }
  }
  return { leftOut, ...(patterns.length === 0 ? {} : { pattern: patterns.join('|') }) };
}
