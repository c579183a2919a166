import type { Problem } from '@slipway/core/errors';
import { readManifests, refuseProblems, type KubernetesObject } from '@slipway/core/manifest';
import { glob } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  describeOutside,
  isManifestName,
  kustomizationNames,
  listFiles,
  locate,
  readSources,
  tryRelative,
  type Rendered,
} from './source-file.js';

/**
 * The objects of raw manifests. A path is a file, a folder (all its `.yaml`, `.yml` and `.json` files, also
 * those deeper down) or a glob.
 *
 * @param cwd the workspace: paths are relative to it and must stay inside
 * @example await renderFiles(['deploy', 'migrations/*.yaml'], process.cwd())
 * @throws SlipwayError `render-failed` with every problem of every file; also when a path leads to nothing
 */
export async function renderFiles(paths: readonly string[], cwd: string): Promise<Rendered> {
  const problems: Problem[] = [];
  const files = new Set<string>();
  for (const path of paths) {
    for (const file of await findFiles(path, resolve(cwd), problems)) files.add(file);
  }
  const sources = await readSources(resolve(cwd), files);
  const objects: KubernetesObject[] = [];
  for (const { path, bytes } of sources) {
    const found = readManifests(new TextDecoder().decode(bytes), path);
    objects.push(...found.objects);
    problems.push(...found.problems);
  }
  if (objects.length === 0 && problems.length === 0) {
    problems.push({
      subject: 'manifests',
      given: paths.join(', '),
      expected: 'at least one object of Kubernetes',
    });
  }
  refuseProblems(problems);
  return { objects, sources };
}

async function findFiles(
  path: string,
  workspace: string,
  problems: Problem[],
): Promise<readonly string[]> {
  const absolute = resolve(workspace, path);
  const place = await locate(workspace, absolute);
  switch (place.state) {
    case 'file':
      return refuseKustomization([absolute], workspace, problems);
    case 'folder': {
      const all = await listFiles(workspace, absolute, problems);
      const files = all.filter(isManifestName);
      if (files.length === 0) problems.push(describeNothing(path, 'a folder with manifests'));
      return refuseKustomization(files, workspace, problems);
    }
    case 'outside':
      problems.push(describeOutside(workspace, absolute));
      return [];
    case 'absent': {
      const files: string[] = [];
      for await (const found of glob(path, { cwd: workspace })) {
        const file = resolve(workspace, found);
        const { state } = await locate(workspace, file);
        if (state === 'file' && isManifestName(file)) files.push(file);
        if (state === 'outside') problems.push(describeOutside(workspace, file));
      }
      if (files.length === 0) problems.push(describeNothing(path, 'files that exist'));
      return refuseKustomization(files, workspace, problems);
    }
  }
}

function describeNothing(path: string, expected: string): Problem {
  return {
    subject: 'manifests',
    given: path,
    expected,
    fix: 'Check the path: it is relative to the workspace.',
  };
}

/** What belongs to a kustomization is no manifest by itself: patches and bases would be read as objects. */
function refuseKustomization(
  files: readonly string[],
  workspace: string,
  problems: Problem[],
): readonly string[] {
  const found = files.filter((file) => kustomizationNames.includes(basename(file)));
  if (found.length === 0) return files;
  for (const file of found) {
    const folder = tryRelative(workspace, join(file, '..')) ?? file;
    problems.push({
      subject: tryRelative(workspace, file) ?? file,
      expected: 'manifests, and this is a kustomization',
      fix: `Use the input kustomization: ${folder === '' ? '.' : folder}`,
    });
  }
  return [];
}
