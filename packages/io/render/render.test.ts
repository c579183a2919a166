import { SlipwayError } from '@slipway/core/errors';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderFiles, renderKustomization } from './index.js';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'slipway-render-'));
});
afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
}

const service = (name: string): string =>
  `{ apiVersion: v1, kind: Service, metadata: { name: ${name} } }`;

async function told(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.code).toBe('render-failed');
  return error.problems.map(
    ({ subject, given = 'nothing', expected }) => `${subject}: ${given}, expected ${expected}`,
  );
}

/** Stands for kubectl: writes down its arguments and prints what it is given. */
async function writeKubectl(script: string): Promise<string> {
  const path = join(workspace, 'kubectl');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('renderFiles', () => {
  test('reads files, folders and globs, each file once, sorted', async () => {
    await write({
      'deploy/b.yaml': service('b'),
      'deploy/deeper/a.yml': service('a'),
      'deploy/README.md': 'no manifest',
      'jobs/1.yaml': service('one'),
      'jobs/2.json': '{"apiVersion":"v1","kind":"Service","metadata":{"name":"two"}}',
    });

    const { objects, sources } = await renderFiles(
      ['deploy', 'deploy/b.yaml', 'jobs/*.{yaml,json}'],
      workspace,
    );

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['b', 'a', 'one', 'two']);
    expect(sources.map(({ path }) => path)).toEqual([
      'deploy/b.yaml',
      'deploy/deeper/a.yml',
      'jobs/1.yaml',
      'jobs/2.json',
    ]);
    expect(new TextDecoder().decode(sources[0]?.bytes)).toBe(service('b'));
  });

  test('tells every problem of every path at once', async () => {
    await write({
      'a.yaml': '{ kind: Service, metadata: { name: a } }',
      'b.yaml': 'a: [',
      'empty/x.txt': '',
      'k/kustomization.yaml': 'resources: []',
      'k/x.yaml': service('x'),
    });
    await symlink('/etc', join(workspace, 'link'));

    const problems = await told(
      renderFiles(
        ['a.yaml', 'b.yaml', 'empty', 'no/*.yaml', 'k', '../up', 'link/passwd'],
        workspace,
      ),
    );

    expect(problems).toEqual([
      'manifests: empty, expected a folder with manifests',
      'manifests: no/*.yaml, expected files that exist',
      'k/kustomization.yaml: nothing, expected manifests, and this is a kustomization',
      '../up: nothing, expected a path inside the workspace',
      'link/passwd: nothing, expected a path inside the workspace',
      'a.yaml (Service a): nothing, expected a text as apiVersion',
      expect.stringMatching(/^b\.yaml: unexpected end of the stream/),
    ]);
  });

  test('files without an object are a problem', async () => {
    await write({ 'a.yaml': '# later\n' });

    expect(await told(renderFiles(['a.yaml'], workspace))).toEqual([
      'manifests: a.yaml, expected at least one object of Kubernetes',
    ]);
  });
});

describe('renderKustomization', () => {
  test('renders with kubectl, and knows the files of all its bases', async () => {
    await write({
      'deploy/test/kustomization.yaml': 'resources: [../base]\ncomponents: [../extra]\n',
      'deploy/test/patch.yaml': '{}',
      'deploy/base/kustomization.yml': 'resources: [service.yaml]\n',
      'deploy/base/service.yaml': service('web'),
      'deploy/extra/Kustomization': 'kind: Component\n',
      'deploy/other/x.yaml': service('other'),
      'rendered.yaml': service('web'),
    });
    const kubectl = await writeKubectl('echo "# $*"; cat "$(dirname "$0")/rendered.yaml"');

    const { objects, sources } = await renderKustomization('deploy/test', workspace, {
      command: [kubectl, 'kustomize'],
    });

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['web']);
    expect(sources.map(({ path }) => path)).toEqual([
      'deploy/base/kustomization.yml',
      'deploy/base/service.yaml',
      'deploy/extra/Kustomization',
      'deploy/test/kustomization.yaml',
      'deploy/test/patch.yaml',
    ]);
  });

  test('refuses what the bundle could not be rendered from again', async () => {
    await write({
      'k/kustomization.yaml':
        'resources: [https://example.com/base?ref=1, ../../out, ../plain]\nbases: [gone]\n',
      'plain/x.yaml': service('x'),
    });

    expect(await told(renderKustomization('k', workspace))).toEqual([
      'k/kustomization.yaml: resources: https://example.com/base?ref=1, expected a file or folder that exists in the repository',
      '../out: nothing, expected a path inside the workspace',
      'k/kustomization.yaml: bases: gone, expected a file or folder that exists in the repository',
      'plain: nothing, expected a folder with kustomization.yaml, kustomization.yml, Kustomization',
    ]);
  });

  test('tells what kustomize said', async () => {
    await write({ 'k/kustomization.yaml': 'resources: []\n' });
    const kubectl = await writeKubectl('echo "error: no resources to build" >&2; exit 1');

    await expect(
      renderKustomization('k', workspace, { command: [kubectl, 'kustomize'] }),
    ).rejects.toMatchObject({
      code: 'render-failed',
      message: 'kustomize cannot render it: no resources to build',
    });
  });

  test('without kubectl says what to install', async () => {
    await write({ 'k/kustomization.yaml': 'resources: []\n' });

    await expect(
      renderKustomization('k', workspace, { command: [join(workspace, 'none'), 'kustomize'] }),
    ).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'kubectl is needed to render a kustomization',
    });
  });
});
