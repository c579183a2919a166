import { expect, test } from '@jest/globals';
import { buildCells, runBuildCells } from './builds.js';

/** Each engine and each way once; the whole of it is `npm run reliability -- builds`. */
const sample = ['Node, classic, test stage', 'Python, podman, Compose', 'Go, buildah, commands'];

test('projects are tested and built, whatever the language, the engine and the way', async () => {
  const cells = buildCells.filter(({ language, engine, way }) =>
    sample.includes(`${language.name}, ${engine}, ${way}`),
  );
  const lines: string[] = [];

  const isWell = await runBuildCells(cells, { isAlone: false }, (line) => lines.push(line));

  expect(lines.at(-1)).toBe('builds: 3 passed, 0 failed');
  expect(isWell).toBe(true);
});
