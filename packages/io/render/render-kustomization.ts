import { SlipwayError, type Problem } from '@slipway/core/errors';
import { parseManifests, refuseProblems } from '@slipway/core/manifest';
import { CommandError, runCommand } from '../command/index.js';
import { join, relative, resolve } from 'node:path';
import { listKustomizationFiles } from './kustomization-file.js';
import { withCopy } from './source-copy.js';
import { describeOutside, locate, readSources, type Rendered } from './source-file.js';

/** What renders the folder that follows: `kubectl kustomize`, or `kustomize build`. */
export type KustomizeCommand = readonly [program: string, verb: 'kustomize' | 'build'];

export interface KustomizationOptions {
  /** Unless given, the kubectl on the PATH. */
  readonly command?: KustomizeCommand;
  readonly signal?: AbortSignal;
}

const renderTimeoutMs = 60_000;

/**
 * The objects of a kustomization, rendered by kustomize, alone or that of kubectl, with its own files and those of the folders
 * that its `resources`, `components`, `bases` and the like refer to.
 *
 * @param cwd the workspace: the folder is relative to it and everything must stay inside
 * @example await renderKustomization('deploy/test', process.cwd())
 * @throws SlipwayError `render-failed`; `tool-missing` without kubectl
 */
export async function renderKustomization(
  folder: string,
  cwd: string,
  options: KustomizationOptions = {},
): Promise<Rendered> {
  const workspace = resolve(cwd);
  const root = resolve(workspace, folder);
  const sources = await readSources(workspace, await findSources(workspace, root, folder));
  const yaml = await withCopy(sources, (copy) => runKustomize({ root, copy, workspace }, options));
  const objects = parseManifests(yaml, folder);
  if (objects.length === 0) {
    const expected = 'a kustomization with at least one object';
    refuseProblems([{ subject: 'kustomization', given: folder, expected }]);
  }
  return { objects, sources };
}

async function findSources(
  workspace: string,
  root: string,
  folder: string,
): Promise<ReadonlySet<string>> {
  const place = await locate(workspace, root);
  if (place.state === 'outside') refuseProblems([describeOutside(workspace, root)]);
  if (place.state !== 'folder') {
    refuseProblems([
      {
        subject: 'kustomization',
        given: folder,
        expected: 'a folder with a kustomization.yaml',
        fix: 'Check the path: it is relative to the workspace.',
      },
    ]);
  }
  const problems: Problem[] = [];
  const files = await listKustomizationFiles(workspace, root, problems);
  refuseProblems(problems);
  return files;
}

async function runKustomize(
  {
    root,
    copy,
    workspace,
  }: { readonly root: string; readonly copy: string; readonly workspace: string },
  { command = ['kubectl', 'kustomize'], signal }: KustomizationOptions,
): Promise<string> {
  try {
    const { stdout } = await runCommand([...command, join(copy, relative(workspace, root))], {
      timeoutMs: renderTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind === 'aborted') throw error;
    if (error.kind === 'not-found') {
      const program = command[1] === 'build' ? 'kustomize' : 'kubectl';
      throw new SlipwayError('tool-missing', `${program} is needed to render a kustomization`, {
        cause: error,
        fix: `Install ${program}, or put it on the PATH of the job.`,
      });
    }
    const said = error.stderr
      .replaceAll(copy, workspace)
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/^error: /, '');
    throw new SlipwayError(
      'render-failed',
      `kustomize cannot render it: ${said === '' ? error.message : said}`,
      { fix: `See it with: ${[...command, root].join(' ')}` },
    );
  }
}
