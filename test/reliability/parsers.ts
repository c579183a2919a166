import { fileURLToPath } from 'node:url';
import { CommandError, runCommand } from '@slipway/io/command';

const root = fileURLToPath(new URL('../..', import.meta.url));
const longestMs = 24 * 60 * 60 * 1000;

/**
 * `npm run reliability -- parsers`: every `*.fuzz.test.ts` with a seed of its own, and as many trials as are asked
 * for. `npm test` runs the same files with a fixed seed and a few hundred trials.
 */
export function runParsers(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  return runTrials('\\.fuzz\\.test\\.ts$', seed, trials, print);
}

/** @param pattern of the test files, which try their properties with `forEachTrial` */
export async function runTrials(
  pattern: string,
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  print(`seed ${seed}: each property is tried with ${trials} inputs or more`);
  try {
    await runCommand(
      [
        process.execPath,
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        fileURLToPath(import.meta.resolve('jest/bin/jest')),
        ...['--selectProjects', 'pure', '--testPathPatterns', pattern],
        ...['--verbose', '--maxWorkers=2', `--testTimeout=${longestMs}`],
      ],
      {
        cwd: root,
        env: {
          FORCE_COLOR: '0',
          SLIPWAY_FUZZ_SEED: String(seed),
          SLIPWAY_FUZZ_TRIALS: String(trials),
        },
        onStderrLine: print,
      },
    );
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.exitCode !== undefined) return false;
    throw error;
  }
}
