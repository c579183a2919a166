import { SlipwayError, type Problem } from '@slipway/core/errors';
import { refuseProblems } from '@slipway/core/manifest';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import type { CommandOptions } from '../command/index.js';
import {
  listMissingDependencies,
  localPathOf,
  readLock,
  tryList,
  type ChartDependency,
} from './chart-file.js';
import { tryRelative, type SourceFile } from './source-file.js';

/** Runs helm, and turns what it says into a SlipwayError. */
export type RunHelm = (
  argv: readonly string[],
  options?: CommandOptions,
) => Promise<{ readonly stdout: string; readonly stderr: string }>;

export interface DependencyOptions {
  readonly runHelm: RunHelm;
  /** Fetches a packed chart from a registry, `oci://registry.example.com/charts/common:1.2.0`; absent: Helm does. */
  readonly fetchChart?: (reference: string) => Promise<Uint8Array>;
}

/**
 * Puts every dependency that a chart lacks into its folder `charts/`: charts beside it are copied, others are
 * fetched in the versions of Chart.lock, from registries by `fetchChart`, else by `helm dependency build`.
 *
 * @param copy where the files are; the workspace is never written to
 * @param chart the folder in it
 * @returns what was fetched: it goes into the bundle, so that nothing has to be fetched again
 * @throws SlipwayError `render-failed` with the command that mends it
 */
export async function completeChart(
  copy: string,
  chart: string,
  options: DependencyOptions,
): Promise<readonly SourceFile[]> {
  const problems: Problem[] = [];
  const missing = await listMissingDependencies(join(copy, chart), chart, problems);
  refuseProblems([...problems, ...missing.flatMap((each) => findEscapes(copy, chart, each))]);
  const local = missing.filter((each) => localPathOf(each) !== undefined);
  const remote = missing.filter((each) => !local.includes(each));
  const fetched = [...(await fetchRemote(copy, chart, { local, remote }, options))];
  for (const dependency of local) {
    const folder = posix.join(chart, localPathOf(dependency) ?? '');
    fetched.push(...(await completeChart(copy, folder, options)));
    const place = join(copy, chart, 'charts', dependency.name);
    await cp(join(copy, folder), place, { recursive: true });
  }
  return fetched;
}

/** A chart from a registry may say anything: what it names must stay beneath the copy. */
function findEscapes(copy: string, chart: string, dependency: ChartDependency): readonly Problem[] {
  const subject = `${chart}, dependencies`;
  const { name, repository = '' } = dependency;
  const local = localPathOf(dependency);
  const isInside =
    local === undefined || tryRelative(copy, resolve(copy, chart, local)) !== undefined;
  return [
    ...(isPlainName(name)
      ? []
      : [{ subject, given: `name: ${name}`, expected: 'letters, digits, “.”, “_” and “-”' }]),
    ...(isInside
      ? []
      : [
          {
            subject,
            given: `repository: ${repository}`,
            expected: 'a chart inside the repository',
          },
        ]),
  ];
}

/** It becomes the name of a file. */
function isPlainName(text: string): boolean {
  return /^[A-Za-z0-9][\w.+-]*$/.test(text) && !text.includes('..');
}

async function fetchRemote(
  copy: string,
  chart: string,
  { local, remote }: Readonly<Record<'local' | 'remote', readonly ChartDependency[]>>,
  { runHelm, fetchChart }: DependencyOptions,
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
  if (fetchChart !== undefined && remote.every(isInRegistry)) {
    return fetchFromRegistries(copy, chart, remote, fetchChart);
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

function isInRegistry({ repository }: ChartDependency): boolean {
  return repository?.startsWith('oci://') === true;
}

async function fetchFromRegistries(
  copy: string,
  chart: string,
  dependencies: readonly ChartDependency[],
  fetchChart: (reference: string) => Promise<Uint8Array>,
): Promise<readonly SourceFile[]> {
  const locked = await readLock(join(copy, chart));
  const fetched: SourceFile[] = [];
  for (const { name, repository = '' } of dependencies) {
    const version = locked.get(name);
    if (version === undefined) {
      throw new SlipwayError('render-failed', `${chart}/Chart.lock does not have ${name}`, {
        fix: `Run helm dependency update ${chart}, and commit Chart.lock.`,
      });
    }
    if (!isPlainName(version)) {
      const given = `${name} ${version}`;
      refuseProblems([{ subject: `${chart}/Chart.lock`, given, expected: 'a version' }]);
    }
    const bytes = await fetchChart(`${repository.replace(/\/+$/, '')}/${name}:${version}`);
    const path = posix.join(chart, 'charts', `${name}-${version}.tgz`);
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), bytes);
    fetched.push({ path, bytes });
  }
  return fetched;
}
