import { parseArgs } from 'node:util';
import { parseNumber } from '../arguments/index.js';
import { engines, type EngineName } from './cases.js';

/** What a run is narrowed to. */
export interface BenchOptions {
  readonly engines: readonly EngineName[];
  /** Measured rounds, after a first that fills the caches and is not measured. */
  readonly rounds: number;
  /** Nothing was left out: the run may be written down. */
  readonly isWhole: boolean;
}

const defaultRounds = 7;

/**
 * The options of `npm run bench -- build`.
 *
 * @example parseOptions(['--engine', 'podman']) // { engines: ['podman'], rounds: 7, isWhole: false }
 * @throws Error in one sentence
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { engine: { type: 'string' }, rounds: { type: 'string' } },
  });
  const rounds = parseNumber('rounds', values.rounds, defaultRounds, 1);
  const chosen = values.engine?.split(',').map(parseEngine);
  return {
    engines: chosen ?? engines,
    rounds,
    isWhole: chosen === undefined && rounds >= defaultRounds,
  };
}

function parseEngine(text: string): EngineName {
  const found = engines.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(`--engine: given ${text}, expected one of ${engines.join(', ')}`);
}
