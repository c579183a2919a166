import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { assertOwnParts, openLab } from '@slipway/lab/parts';
import { languages } from '@slipway/testing/languages';
import { createRandom } from '@slipway/testing/random';
import { openEngineAccess, runnerEngines } from '@slipway/testing/step';
import { runCell, ways, type BuildCell, type CellTools } from './build-cell.js';

type Print = (line: string) => void;

/** Every language with every engine in every way. */
export const buildCells: readonly BuildCell[] = languages.flatMap((language) =>
  runnerEngines.flatMap((engine) => ways.map((way) => ({ language, engine, way }))),
);

/**
 * `npm run reliability -- builds`: projects in five languages, each tested by commands, by a stage of its Dockerfile
 * and by a service beside another one, and built, with every engine: results, layout, digest, and whose the files are.
 * Of each an image is built once more from nothing in another folder, and all must have the same digest. With docker a
 * test that fails must be annotated at its line.
 *
 * @param trials so many of the combinations, which the seed chooses
 */
export async function runBuilds(seed: number, trials: number, print: Print): Promise<boolean> {
  return runBuildCells(chooseCells(seed, trials), { isAlone: true }, print);
}

/** As `runBuilds`, of some combinations; none is built once more where others use the engines. */
export async function runBuildCells(
  cells: readonly BuildCell[],
  { isAlone }: Pick<CellTools, 'isAlone'>,
  print: Print,
): Promise<boolean> {
  assertOwnParts();
  const lab = await openLab({ log: print });
  let wrong = 0;
  try {
    if (cells.some(({ language }) => ['Java', 'Rust'].includes(language.name))) {
      await lab.offerLanguages();
    }
    for (const engine of runnerEngines) {
      const own = cells.filter((cell) => cell.engine === engine);
      if (own.length === 0) continue;
      const access = await openEngineAccess(lab, engine);
      const tools = { access, isAlone, digests: new Map<string, string>() };
      for (const cell of own) if (!(await tellCell(cell, tools, print))) wrong += 1;
      await access.close();
    }
  } finally {
    await lab.close();
  }
  print(`builds: ${cells.length - wrong} passed, ${wrong} failed`);
  return wrong === 0;
}

function chooseCells(seed: number, trials: number): readonly BuildCell[] {
  const next = createRandom(seed);
  const shuffled = buildCells
    .map((cell) => ({ cell, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ cell }) => cell);
  return shuffled.slice(0, trials);
}

async function tellCell(cell: BuildCell, tools: CellTools, print: Print): Promise<boolean> {
  const name = `${cell.language.name}, ${cell.engine}, ${cell.way}`;
  const startedMs = systemClock.monotonicMs();
  const problems = await runCell(cell, tools).catch((error: unknown) => [describeError(error)]);
  const took = formatDuration(systemClock.monotonicMs() - startedMs);
  print(problems.length === 0 ? `  ${name}: ${took}` : `  ${name}: ${problems.join('; ')}`);
  return problems.length === 0;
}
