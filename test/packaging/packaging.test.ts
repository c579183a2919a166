import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readActionFile } from '@slipway/cli/action-file';
import { runActionProcess, type ActionProcessResult } from '@slipway/cli/action-process';
import { runCommand } from '@slipway/io/command';
import { findUnresolved, listVerbs, readTree, root } from './package-actions.js';

const dist = join(root, 'dist');
const maxBytes = 2_000_000;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-packaging-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('dist/', () => {
  test('is what npm run build makes of the sources, byte for byte', async () => {
    const rebuilt = join(folder, 'a longer path than', 'dist');
    mkdirSync(rebuilt, { recursive: true });

    const build = join(root, 'test/packaging/build.ts');
    await runCommand([process.execPath, '--import', 'tsx', build, rebuilt], { cwd: root });

    const [committed, fresh] = [readTree(dist), readTree(rebuilt)];
    const different = [...fresh].filter(
      ([path, bytes]) => committed.get(path)?.equals(bytes) !== true,
    );
    expect([...committed.keys()]).toEqual([...fresh.keys()]);
    expect(different.map(([path]) => path)).toEqual([]);
  }, 120_000);

  test('holds one shared file, a stub for each verb, the command line and the licences', () => {
    const stubs = [...listVerbs(), 'cli', 'shared'].map((name) => `${name}/index.js`);

    expect([...readTree(dist).keys()].toSorted()).toEqual(
      [...stubs, 'licenses.txt', 'package.json'].toSorted(),
    );
  });

  test('finds everything that it imports', () => {
    expect(findUnresolved(readFileSync(join(dist, 'shared/index.js'), 'utf8'))).toEqual([]);
  });

  test('is small without its licences', () => {
    const sizes = [...readTree(dist)]
      .filter(([path]) => path !== 'licenses.txt')
      .map(([, bytes]) => bytes.length);

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxBytes);
  });

  test('can be read: it is not minified', () => {
    const text = readFileSync(join(dist, 'shared/index.js'), 'utf8');

    expect(text.length / text.split('\n').length).toBeLessThan(80);
  });

  test('names the licence of every package in it', () => {
    const licenses = readFileSync(join(dist, 'licenses.txt'), 'utf8');

    for (const name of ['@actions/core', 'js-yaml', 'tunnel']) {
      expect(licenses).toMatch(new RegExp(`^${name}$`, 'm'));
    }
  });

  test('has a command line that can be executed', () => {
    expect(statSync(join(dist, 'cli/index.js')).mode & 0o111).toBe(0o111);
    expect(readFileSync(join(dist, 'cli/index.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('what ncc could not resolve is found', () => {
  test.each([
    ['a module that was left for run time', 'eval("require")("left-pad")', ['left-pad']],
    ['one of Node', 'eval("require")("node:fs"); eval("require")("fs")', []],
    ['one by createRequire', 'createRequire(import.meta.url)("left-pad")', ['left-pad']],
    ['one by import', 'import x from "left-pad";\nimport y from "node:fs";', ['left-pad']],
    ['a module that is nowhere', 'webpackMissingModule("x")', ['a missing module']],
    ['the same twice', 'eval("require")("a");eval("require")("a")', ['a']],
  ])('%s', (_name, code, names) => {
    expect(findUnresolved(code)).toEqual(names);
  });
});

/** What a verb that can do without any input finds missing in an empty folder. */
const codesWithoutInputs: ReadonlyMap<string, string> = new Map([
  ['image-version', 'history-incomplete'],
]);

describe.each(listVerbs())('the packaged %s, called as a runner does', (verb) => {
  const actionFolder = join(root, 'actions', verb);
  const action = readActionFile(actionFolder);
  let places: readonly string[] = [];

  beforeEach(() => {
    const home = mkdtempSync(join(folder, 'runner-'));
    places = ['workspace', 'home', 'temp'].map((name) => join(home, name));
    for (const place of places) mkdirSync(place);
  });

  async function call(inputs: Readonly<Record<string, string>>): Promise<ActionProcessResult> {
    const [workspace, home, temp] = places;
    return runActionProcess({
      actionFolder,
      inputs,
      env: {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspace,
        HOME: home,
        KUBECONFIG: undefined,
        NODE_OPTIONS: undefined,
        RUNNER_TEMP: temp,
        TMPDIR: temp,
      },
    });
  }

  function listWritten(): readonly string[] {
    return places.flatMap((place) => readdirSync(place, { recursive: true }).map(String));
  }

  test('without inputs names each one that it needs, and changes nothing', async () => {
    const { exitCode, log, outputs, summary } = await call({});

    expect(exitCode).toBe(1);
    for (const { name } of action.inputs.filter(({ isRequired }) => isRequired)) {
      const line = `::error title=${verb}%3A invalid-input::${name}: expected a value.`;
      expect(log.split(line)).toHaveLength(2);
    }
    expect(outputs['failure-code']).toBe(codesWithoutInputs.get(verb) ?? 'invalid-input');
    expect(Object.keys(outputs).toSorted()).toEqual(
      action.outputs.map(({ name }) => name).toSorted(),
    );
    expect(summary).toContain(`### ❌ ${verb}: `);
    expect(listWritten()).toEqual([]);
  });

  test('with nonsense names all of it, and changes nothing', async () => {
    const strict = ['dry-run', 'timeout', 'plain-http', 'registry-auth', 'config', 'service'];
    const nonsense = strict.map((name): [string, string] => [name, 'n o n s e n s e']);

    const { exitCode, log, outputs } = await call({
      ...Object.fromEntries(nonsense),
      colour: 'red',
    });

    expect(exitCode).toBe(1);
    const named = [...strict, 'colour'].filter((name) => !log.includes(`::${name}: `));
    expect(named).toEqual([]);
    expect(outputs['failure-code']).toBe('invalid-input');
    expect(listWritten()).toEqual([]);
  });
});

test('the packaged command line lists every verb, wherever it is called', async () => {
  const { stdout } = await runCommand([process.execPath, join(dist, 'cli/index.js'), '--help'], {
    cwd: folder,
  });

  for (const verb of [...listVerbs(), 'history', 'verify']) expect(stdout).toContain(`  ${verb} `);
});
