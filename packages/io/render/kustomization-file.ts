import { describeError, type Problem } from '@slipway/core/errors';
import { loadYaml, valueAt } from '@slipway/core/manifest';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  describeOutside,
  kustomizationNames,
  listFiles,
  locate,
  tryRelative,
} from './source-file.js';

/** Fields that name other kustomizations, or files beside this one; the last three may hold YAML instead. */
const referringFields = [
  ...['resources', 'components', 'bases'],
  ...['generators', 'transformers', 'validators'],
];

/**
 * Every file that a kustomization is made of: its whole folder and, recursively, the folders that it refers to.
 * A base that is fetched from elsewhere is a problem: the bundle could not be rendered again from its sources.
 */
export async function listKustomizationFiles(
  workspace: string,
  folder: string,
  problems: Problem[],
): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  const visited = new Set<string>();
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (visited.has(next)) continue;
    visited.add(next);
    for (const file of await listFiles(workspace, next, problems)) files.add(file);
    const name = kustomizationNames.find((each) => files.has(join(next, each)));
    if (name === undefined) {
      problems.push({
        subject: tryRelative(workspace, next) ?? next,
        expected: `a folder with ${kustomizationNames.join(', ')}`,
      });
      continue;
    }
    open.push(...(await listReferredFolders(workspace, next, name, problems)));
  }
  return files;
}

async function listReferredFolders(
  workspace: string,
  folder: string,
  name: string,
  problems: Problem[],
): Promise<readonly string[]> {
  const subject = tryRelative(workspace, join(folder, name)) ?? name;
  const folders: string[] = [];
  for (const [field, entry] of await readReferences(join(folder, name), subject, problems)) {
    const path = resolve(folder, entry);
    const place = await locate(workspace, path);
    if (place.state === 'folder') folders.push(path);
    if (place.state === 'outside') problems.push(describeOutside(workspace, path));
    if (place.state === 'absent') {
      problems.push({
        subject,
        given: `${field}: ${entry}`,
        expected: 'a file or folder that exists in the repository',
        fix: 'Copy what is elsewhere into the repository: a bundle must render again without a network.',
      });
    }
  }
  return folders;
}

async function readReferences(
  file: string,
  subject: string,
  problems: Problem[],
): Promise<readonly (readonly [field: string, entry: string])[]> {
  let value: unknown;
  try {
    [value] = loadYaml(await readFile(file, 'utf8'));
  } catch (error) {
    const [sentence = ''] = describeError(error).split('\n');
    problems.push({ subject, given: sentence, expected: 'YAML' });
    return [];
  }
  return referringFields.flatMap((field) => {
    const entries = valueAt(value, field);
    const texts = Array.isArray(entries)
      ? entries.filter(
          (entry): entry is string => typeof entry === 'string' && !entry.includes('\n'),
        )
      : [];
    return texts.map((entry) => [field, entry] as const);
  });
}
