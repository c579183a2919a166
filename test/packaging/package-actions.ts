import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc, { type NccResult } from '@vercel/ncc';
import { transform } from 'esbuild';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes all of `dist/` into a folder: one shared file, one stub per action, the command line, and the
 * licences of what is in them. Same sources, same bytes.
 *
 * @throws Error when an import of the packaged file would not resolve
 */
export async function packageActions(folder: string): Promise<void> {
  const { code, assets } = await packageProgram(join(root, 'test/packaging/shared-entry.ts'));
  const write = (path: string, text: string | Buffer): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write('package.json', '{ "type": "module" }\n');
  write('shared/index.js', code);
  const licenses = assets['licenses.txt'];
  if (licenses !== undefined) write('licenses.txt', licenses.source);
  for (const verb of listVerbs()) {
    const name = toCamelCase(verb);
    write(`${verb}/index.js`, `import { ${name} } from '../shared/index.js';\nawait ${name}();\n`);
  }
  write(
    'cli/index.js',
    "#!/usr/bin/env node\nimport { cli } from '../shared/index.js';\nawait cli(process.argv.slice(2), `${import.meta.dirname}/../..`);\n",
  );
  chmodSync(join(folder, 'cli/index.js'), 0o755);
}

/**
 * One file of a program and of everything that it imports, packaged as the actions are: to be read, but without
 * comments, which stay in the sources, and the licences, which have a file of their own.
 *
 * @param entry its TypeScript file
 * @throws Error when an import of the packaged file would not resolve
 */
export async function packageProgram(entry: string): Promise<NccResult> {
  const packaged = await ncc(entry, {
    cache: false,
    license: 'licenses.txt',
    minify: false,
    quiet: true,
    sourceMap: false,
    target: 'es2024',
  });
  const unresolved = findUnresolved(packaged.code);
  if (unresolved.length > 0) {
    throw new Error(`the packaged file would not find ${unresolved.join(', ')}`);
  }
  const { code } = await transform(packaged.code, {
    format: 'esm',
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
  });
  return { ...packaged, code };
}

/** The folders of `actions/` that hold an action.yml. */
export function listVerbs(): readonly string[] {
  return readdirSync(join(root, 'actions')).filter((name) =>
    existsSync(join(root, 'actions', name, 'action.yml')),
  );
}

/**
 * Imports that ncc left for run time and that are no part of Node: it does not fail the build for them.
 *
 * @example findUnresolved('eval("require")("left-pad")') // ['left-pad']
 */
export function findUnresolved(code: string): readonly string[] {
  const patterns = [
    /eval\("require"\)\("(?<name>[^"]+)"\)/g,
    /createRequire\(import\.meta\.url\)\("(?<name>[^"]+)"\)/g,
    /^import .*? from "(?<name>[^"]+)";$/gm,
  ];
  const names = patterns.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ groups }) => groups?.['name'] ?? ''),
  );
  const foreign = names.filter((name) => !isBuiltin(name));
  const missing = code.includes('webpackMissingModule') ? ['a missing module'] : [];
  return [...new Set([...foreign, ...missing])];
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

/** @example toCamelCase('k8s-deploy') // 'k8sDeploy' */
function toCamelCase(verb: string): string {
  return verb.replaceAll(/-(?<letter>[a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Every file below a folder with its bytes, by path. */
export function readTree(folder: string): ReadonlyMap<string, Buffer> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, Buffer] => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(folder.length + 1), readFileSync(file)];
      })
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
