import { describeError, type Problem } from '@slipway/core/errors';
import { loadYaml, recordsAt, textAt } from '@slipway/core/manifest';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Another chart that a chart is made of. */
export interface ChartDependency {
  readonly name: string;
  /** `oci://…`, `https://…`, `file://../common`; absent where it is only in `charts/`. */
  readonly repository?: string;
}

const localPrefix = 'file://';

/**
 * The dependencies that are not in the chart’s folder `charts/`: those of Chart.yaml, and for charts of Helm 2 of
 * requirements.yaml.
 *
 * @param subject how the user calls the folder
 */
export async function listMissingDependencies(
  chart: string,
  subject: string,
  problems: Problem[],
): Promise<readonly ChartDependency[]> {
  const vendored = await listVendored(chart);
  const all: ChartDependency[] = [];
  for (const name of ['Chart.yaml', 'requirements.yaml']) {
    const file = await tryReadYaml(join(chart, name), `${subject}/${name}`, problems);
    all.push(...recordsAt(file, 'dependencies').flatMap(readDependency));
  }
  return all.filter(({ name }) => !vendored(name));
}

function readDependency(value: unknown): readonly ChartDependency[] {
  const name = textAt(value, 'name');
  if (name === undefined) return [];
  const repository = textAt(value, 'repository');
  return [{ name, ...(repository === undefined ? {} : { repository }) }];
}

/** @example localPathOf({ name: 'common', repository: 'file://../common' }) // '../common' */
export function localPathOf({ repository }: ChartDependency): string | undefined {
  return repository?.startsWith(localPrefix) === true
    ? repository.slice(localPrefix.length)
    : undefined;
}

/** Helm looks for a folder, or for a packed chart, which begins with the name and the version’s first digit. */
async function listVendored(chart: string): Promise<(name: string) => boolean> {
  const entries = await tryList(join(chart, 'charts'));
  return (name) =>
    entries.some((entry) => {
      if (entry === name) return true;
      const rest = entry.startsWith(`${name}-`) ? entry.slice(name.length + 1) : '';
      return /^v?\d.*\.tgz$/.test(rest);
    });
}

/** The names in a folder; none where there is no folder. */
export async function tryList(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function tryReadYaml(file: string, subject: string, problems: Problem[]): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return loadYaml(text)[0];
  } catch (error) {
    const [sentence = ''] = describeError(error).split('\n');
    problems.push({ subject, given: sentence, expected: 'YAML' });
    return undefined;
  }
}
