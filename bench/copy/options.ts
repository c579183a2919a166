import { parseArgs } from 'node:util';
import { copyCases, latenciesMs, type CaseKey } from './cases.js';
import { peerNames, type PeerName } from './tools.js';

/** What a run is narrowed to. */
export interface BenchOptions {
  /** Measured pairs of each case, after one that is discarded. */
  readonly pairs: number;
  readonly cases: readonly CaseKey[];
  readonly latenciesMs: readonly number[];
  readonly peers: readonly PeerName[];
  /** Nothing was left out: the run may be written down. */
  readonly isWhole: boolean;
}

const defaultPairs = 15;
const everyCase: readonly CaseKey[] = copyCases.map(({ key }) => key);

/**
 * The options of `npm run bench -- copy`.
 *
 * @example parseOptions(['--pairs', '3', '--case', 'c,e', '--latency', '20'])
 * // { pairs: 3, cases: ['c', 'e'], latenciesMs: [20], peers: ['crane', …], isWhole: false }
 * @throws Error in one sentence
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      pairs: { type: 'string' },
      case: { type: 'string' },
      latency: { type: 'string' },
      peer: { type: 'string' },
    },
  });
  const pairs = values.pairs === undefined ? defaultPairs : parseCount(values.pairs);
  const cases = values.case === undefined ? everyCase : parseList('case', values.case, everyCase);
  const latencies =
    values.latency === undefined
      ? latenciesMs
      : parseList('latency', values.latency, latenciesMs.map(String)).map(Number);
  const peers = values.peer === undefined ? peerNames : parseList('peer', values.peer, peerNames);
  const isWhole =
    pairs >= defaultPairs &&
    cases.length === everyCase.length &&
    latencies.length === latenciesMs.length &&
    peers.length === peerNames.length;
  return { pairs, cases, latenciesMs: latencies, peers, isWhole };
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new Error(`--pairs: given ${text}, expected a number from 1 to 999`);
}

/** In the order of the table, each once. */
function parseList<T extends string>(
  option: string,
  text: string,
  known: readonly T[],
): readonly T[] {
  const given = text.split(',');
  const unknown = given.find((each) => !known.some((one) => one === each));
  if (unknown !== undefined) {
    throw new Error(
      `--${option}: given ${unknown || 'nothing'}, expected some of ${known.join(',')}`,
    );
  }
  return known.filter((one) => given.includes(one));
}
