import { SlipwayError, type Problem } from '@slipway/core/errors';
import { refuseProblems } from '@slipway/core/manifest';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { CommandOptions } from '../command/index.js';
import {
  listMissingDependencies,
  localPathOf,
  tryList,
  type ChartDependency,
} from './chart-file.js';
import type { SourceFile } from './source-file.js';

/** Runs helm, and turns what it says into a SlipwayError. */
export type RunHelm = (
  argv: readonly string[],
  options?: CommandOptions,
) => Promise<{ readonly stdout: string; readonly stderr: string }>;

/**
 * Puts every dependency that a chart lacks into its folder `charts/`: charts beside it are copied, others are
 * fetched by `helm dependency build`, which takes the versions of Chart.lock.
 *
 * @param copy where the files are; the workspace is never written to
 * @param chart the folder in it
 * @returns what was fetched: it goes into the bundle, so that nothing has to be fetched again
 * @throws SlipwayError `render-failed` with the command that mends it
 */
export async function completeChart(
  copy: string,
  chart: string,
  runHelm: RunHelm,
): Promise<readonly SourceFile[]> {
  const problems: Problem[] = [];
  const missing = await listMissingDependencies(join(copy, chart), chart, problems);
  refuseProblems(problems);
  const local = missing.filter((each) => localPathOf(each) !== undefined);
  const remote = missing.filter((each) => !local.includes(each));
  const fetched = [...(await fetchRemote(copy, chart, { local, remote }, runHelm))];
  for (const dependency of local) {
    const folder = posix.join(chart, localPathOf(dependency) ?? '');
    fetched.push(...(await completeChart(copy, folder, runHelm)));
    const place = join(copy, chart, 'charts', dependency.name);
    await cp(join(copy, folder), place, { recursive: true });
  }
  return fetched;
}

async function fetchRemote(
  copy: string,
  chart: string,
  { local, remote }: Readonly<Record<'local' | 'remote', readonly ChartDependency[]>>,
  runHelm: RunHelm,
): Promise<readonly SourceFile[]> {
  if (remote.length === 0) return [];
  const names = remote.map(({ name }) => name).join(', ');
  const files = await tryList(join(copy, chart));
  if (!files.some((name) => name === 'Chart.lock' || name === 'requirements.lock')) {
    throw new SlipwayError(
      'render-failed',
      `${chart} depends on ${names}, which is neither in its folder charts/ nor in a Chart.lock`,
      { fix: `Run helm dependency update ${chart}, and commit Chart.lock.` },
    );
  }
  const folder = join(copy, chart, 'charts');
  const before = await tryList(folder);
  const env = await describeRepositories(copy, remote, runHelm);
  await runHelm(['dependency', 'build', join(copy, chart)], { env });
  const fetched: SourceFile[] = [];
  for (const name of (await tryList(folder)).filter((each) => !before.includes(each))) {
    // a packed chart has the time of its packing in it
    if (local.some((each) => name.startsWith(`${each.name}-`))) await rm(join(folder, name));
    else {
      const path = posix.join(chart, 'charts', name);
      fetched.push({ path, bytes: await readFile(join(folder, name)) });
    }
  }
  return fetched;
}

/**
 * Helm fetches only from repositories that it was told of (`helm repo add`): where they are not, which may need
 * a password, it is told of those of the chart.
 */
async function describeRepositories(
  copy: string,
  dependencies: readonly ChartDependency[],
  runHelm: RunHelm,
): Promise<Readonly<Record<string, string>>> {
  const urls = dependencies
    .map(({ repository = '' }) => repository)
    .filter((repository) => /^https?:/.test(repository));
  const known = await runHelm(['repo', 'list', '--output', 'json'], { acceptExitCodes: [1] });
  const folder = join(copy, '.helm');
  const cache = { HELM_REPOSITORY_CACHE: join(folder, 'repositories') };
  if (urls.every((url) => known.stdout.includes(JSON.stringify(url)))) return cache;
  const file = join(folder, 'repositories.yaml');
  const repositories = [...new Set(urls)].map((url, index) => ({ name: `chart-${index}`, url }));
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify({ apiVersion: '', repositories }));
  return { ...cache, HELM_REPOSITORY_CONFIG: file };
}
