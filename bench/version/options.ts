import { parseArgs } from 'node:util';
import { parseNumber } from '../arguments/index.js';
import { peerNames, type PeerName } from './cases.js';

/** What a run is narrowed to. */
export interface BenchOptions {
  /** Of each repository. */
  readonly commits: number;
  /** Measured rounds, after one that is discarded. */
  readonly rounds: number;
  readonly peers: readonly PeerName[];
  /** Nothing was left out: the run may be written down. */
  readonly isWhole: boolean;
}

const defaultCommits = 100_000;
const defaultRounds = 7;

/**
 * The options of `npm run bench -- version`.
 *
 * @example parseOptions(['--rounds', '3']) // { commits: 100000, rounds: 3, peers: […], isWhole: false }
 * @throws Error in one sentence
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      commits: { type: 'string' },
      rounds: { type: 'string' },
      peer: { type: 'string' },
    },
  });
  const rounds = parseNumber('rounds', values.rounds, defaultRounds, 1);
  const commits = parseNumber('commits', values.commits, defaultCommits, 1000);
  const peers = values.peer === undefined ? peerNames : parsePeers(values.peer);
  const isWhole =
    commits === defaultCommits && rounds >= defaultRounds && peers.length === peerNames.length;
  return { commits, rounds, peers, isWhole };
}

function parsePeers(text: string): readonly PeerName[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const peer = peerNames.find((each) => each === name);
    if (peer !== undefined) return peer;
    throw new Error(`peer: given ${name}, expected none, or some of ${peerNames.join(', ')}`);
  });
}
