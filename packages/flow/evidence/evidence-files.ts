import { glob, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { invalidInput, type Problem } from '@slipway/core/errors';

/** A file that is to be attached to an image. */
export interface EvidenceFile {
  /** From the workspace. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the files that an input names, each once, in the order of their names for each pattern.
 *
 * @param patterns paths from the workspace, or globs: `out/evidence/*.json`
 * @param subject the input, for the error
 * @throws SlipwayError `invalid-input` with every pattern that names no file
 */
export async function readEvidenceFiles(
  workspace: string,
  patterns: readonly string[],
  subject = 'evidence',
): Promise<readonly EvidenceFile[]> {
  const paths = new Set<string>();
  const problems: Problem[] = [];
  for (const pattern of patterns) {
    const found = await listFiles(workspace, pattern);
    for (const path of found) paths.add(path);
    if (found.length > 0) continue;
    problems.push({
      subject,
      given: pattern,
      expected: 'a file in the workspace, or a pattern that fits at least one',
      fix: 'Check the path, and that the step that writes the evidence ran before this one.',
    });
  }
  if (problems.length > 0) throw invalidInput(problems);
  return Promise.all(
    [...paths].map(async (path) => ({ path, text: await readFile(join(workspace, path), 'utf8') })),
  );
}

/** A file of that very name comes first: names may hold what means something in a pattern. */
async function listFiles(workspace: string, pattern: string): Promise<readonly string[]> {
  const path = resolve(workspace, pattern);
  if (await isFile(path)) return [relative(workspace, path)];
  const found: string[] = [];
  for await (const match of glob(pattern, { cwd: workspace })) {
    const file = resolve(workspace, match);
    if (await isFile(file)) found.push(relative(workspace, file));
  }
  return found.toSorted();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
