import { parseArgs } from 'node:util';
import { parseNumber } from '../arguments/index.js';

/** What a run is narrowed to. */
export interface BenchOptions {
  /** How many workloads are deployed at once, the fewest first. */
  readonly workloads: readonly number[];
  /** Measured rounds, after the first deployment of all, which is not measured. */
  readonly rounds: number;
  /** Nothing was left out: the run may be written down. */
  readonly isWhole: boolean;
}

const defaultWorkloads: readonly number[] = [1, 10, 50];
const defaultRounds = 5;

/**
 * The options of `npm run bench -- deploy`.
 *
 * @example parseOptions(['--workloads', '10,1']) // { workloads: [1, 10], rounds: 5, isWhole: false }
 * @throws Error in one sentence
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { workloads: { type: 'string' }, rounds: { type: 'string' } },
  });
  const rounds = parseNumber('rounds', values.rounds, defaultRounds, 1);
  const workloads = values.workloads
    ?.split(',')
    .map((text) => parseNumber('workloads', text, 0, 1))
    .toSorted((a, b) => a - b);
  return {
    workloads: workloads ?? defaultWorkloads,
    rounds,
    isWhole: workloads === undefined && rounds >= defaultRounds,
  };
}
