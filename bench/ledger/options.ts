import { parseArgs } from 'node:util';
import { parseNumber } from '../arguments/index.js';

/** What a run is narrowed to. */
export interface BenchOptions {
  /** The lengths of the ledgers, the shortest first. */
  readonly events: readonly number[];
  /** Measured rounds, after one that is discarded. */
  readonly rounds: number;
  readonly latencyMs: number;
  /** Nothing was left out: the run may be written down. */
  readonly isWhole: boolean;
}

const defaultEvents: readonly number[] = [10, 1000, 10_000];
const defaultRounds = 15;
const defaultLatencyMs = 20;

/**
 * The options of `npm run bench -- ledger`.
 *
 * @example parseOptions(['--rounds', '3']) // { events: [10, 1000, 10000], rounds: 3, latencyMs: 20, isWhole: false }
 * @throws Error in one sentence
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      events: { type: 'string' },
      rounds: { type: 'string' },
      latency: { type: 'string' },
    },
  });
  const rounds = parseNumber('rounds', values.rounds, defaultRounds, 1);
  const latencyMs = parseNumber('latency', values.latency, defaultLatencyMs, 0);
  const events = values.events
    ?.split(',')
    .map((text) => parseNumber('events', text, 0, 1))
    .toSorted((a, b) => a - b);
  return {
    events: events ?? defaultEvents,
    rounds,
    latencyMs,
    isWhole: events === undefined && rounds >= defaultRounds && latencyMs === defaultLatencyMs,
  };
}
