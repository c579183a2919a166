import type { Problem } from '@slipway/core/errors';
import { refuseProblems } from '@slipway/core/manifest';
import { glob } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { listMissingDependencies, localPathOf } from './chart-file.js';
import { describeOutside, listFiles, locate, readSources, tryRelative } from './source-file.js';
import type { SourceFile } from './source-file.js';

/** A chart: a folder in the workspace, or the files of one that was fetched, beneath a folder of that name. */
export type ChartPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'files'; readonly folder: string; readonly files: readonly SourceFile[] };

const environmentWord = '{environment}';

/** @example forEnvironment('deploy/values-{environment}.yaml', 'test') // 'deploy/values-test.yaml' */
export function forEnvironment(path: string, environment: string): string {
  return path.replaceAll(environmentWord, environment);
}

/**
 * Every file that a chart is rendered from: its folder, those of the charts beside it that it depends on
 * (`file://`), and its values, also those of other environments.
 *
 * @throws SlipwayError `render-failed` with everything that is not there, or outside of the workspace
 */
export async function readChartSources(
  workspace: string,
  chart: ChartPlace,
  request: { readonly values: readonly string[]; readonly environment: string },
): Promise<readonly SourceFile[]> {
  const problems: Problem[] = [];
  const files = new Set<string>();
  if (chart.kind === 'folder') {
    for (const file of await listChartFiles(workspace, chart.folder, problems)) files.add(file);
  }
  for (const path of request.values) {
    for (const file of await listValues(workspace, path, request.environment, problems)) {
      files.add(file);
    }
  }
  refuseProblems(problems);
  const own = chart.kind === 'files' ? chart.files : [];
  return [...own, ...(await readSources(workspace, files))].toSorted(byPath);
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1;
}

async function listChartFiles(
  workspace: string,
  folder: string,
  problems: Problem[],
): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  const visited = new Set<string>();
  const open = [resolve(workspace, folder)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (visited.has(next)) continue;
    visited.add(next);
    const subject = tryRelative(workspace, next) ?? next;
    const place = await locate(workspace, next);
    const found = place.state === 'folder' ? await listFiles(workspace, next, problems) : [];
    for (const file of found) files.add(file);
    if (place.state === 'outside') problems.push(describeOutside(workspace, next));
    else if (!files.has(join(next, 'Chart.yaml'))) problems.push(describeNoChart(subject));
    for (const dependency of await listMissingDependencies(next, subject, problems)) {
      const path = localPathOf(dependency);
      if (path !== undefined) open.push(resolve(next, path));
    }
  }
  return files;
}

function describeNoChart(given: string): Problem {
  return {
    subject: 'chart',
    given,
    expected: 'a folder with a Chart.yaml',
    fix: 'Check the path: it is relative to the workspace.',
  };
}

/** The file of this environment must be there; those of the others come along. */
async function listValues(
  workspace: string,
  path: string,
  environment: string,
  problems: Problem[],
): Promise<readonly string[]> {
  const own = resolve(workspace, forEnvironment(path, environment));
  const { state } = await locate(workspace, own);
  if (state === 'outside') problems.push(describeOutside(workspace, own));
  if (state === 'folder' || state === 'absent') {
    problems.push({
      subject: 'values',
      given: forEnvironment(path, environment),
      expected: 'a file that exists',
      fix: 'Check the path: it is relative to the workspace.',
    });
  }
  if (state !== 'file') return [];
  const files = [own];
  if (!path.includes(environmentWord)) return files;
  for await (const found of glob(path.replaceAll(environmentWord, '*'), { cwd: workspace })) {
    const file = resolve(workspace, found);
    if ((await locate(workspace, file)).state === 'file') files.push(file);
  }
  return files;
}
