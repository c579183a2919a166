import type { Problem } from '@slipway/core/errors';
import type { KubernetesObject } from '@slipway/core/manifest';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

/** A file that was rendered from. */
export interface SourceFile {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Rendered {
  readonly objects: readonly KubernetesObject[];
  /** Sorted by path. */
  readonly sources: readonly SourceFile[];
}

/** The path within the workspace, with forward slashes; undefined when it is outside. */
export function tryRelative(workspace: string, path: string): string | undefined {
  const found = relative(workspace, path);
  if (found === '..' || found.startsWith(`..${sep}`) || found.startsWith(sep)) return undefined;
  return found.split(sep).join('/');
}

export type Place =
  | { readonly state: 'file' | 'folder'; readonly path: string }
  | { readonly state: 'absent' | 'outside' };

/** What a path leads to, after links; nothing outside the workspace is ever read. */
export async function locate(workspace: string, path: string): Promise<Place> {
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    return { state: tryRelative(workspace, path) === undefined ? 'outside' : 'absent' };
  }
  if (tryRelative(await realpath(workspace), real) === undefined) return { state: 'outside' };
  return { state: (await stat(real)).isDirectory() ? 'folder' : 'file', path };
}

/** The names under which kustomize looks for its file. */
export const kustomizationNames: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

export function isManifestName(file: string): boolean {
  return /\.(?:ya?ml|json)$/.test(file) || kustomizationNames.includes(basename(file));
}

/** What is text whatever it says: manifests, and the named templates of a chart. */
function isText(file: string): boolean {
  return isManifestName(file) || file.endsWith('.tpl');
}

/** In latin1 every byte is a letter of its own. */
function normalizeLines(bytes: Buffer): Buffer {
  if (!bytes.includes('\r\n')) return bytes;
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

const skippedFolders = ['.git', 'node_modules'];

/** Every file below a folder, sorted; links that lead outside the workspace are problems. */
export async function listFiles(
  workspace: string,
  folder: string,
  problems: Problem[],
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted(byName)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.includes(entry.name)) {
        files.push(...(await listFiles(workspace, path, problems)));
      }
      continue;
    }
    const place = await locate(workspace, path);
    if (place.state === 'file') files.push(path);
    if (place.state === 'outside') problems.push(describeOutside(workspace, path));
  }
  return files;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

export function describeOutside(workspace: string, path: string): Problem {
  return {
    subject: relative(workspace, path),
    expected: 'a path inside the workspace',
    fix: 'Move it into the repository: what is rendered goes into the bundle with its sources.',
  };
}

/**
 * Files as they go into a bundle. The line ends of manifests and templates are the checkout's and not content: CR LF becomes LF.
 */
export async function readSources(
  workspace: string,
  paths: Iterable<string>,
): Promise<readonly SourceFile[]> {
  return Promise.all(
    [...new Set(paths)].toSorted().map(async (path) => ({
      path: tryRelative(workspace, path) ?? path,
      bytes: isText(path) ? normalizeLines(await readFile(path)) : await readFile(path),
    })),
  );
}
