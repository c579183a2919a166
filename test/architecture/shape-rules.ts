import { posix } from 'node:path';
import ts from 'typescript';
import { locate, walk, type SourceTree } from './source-tree.js';

const forbiddenNames = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'impl', 'misc'];

/** A name says what something holds. */
export function checkNames({ files }: SourceTree): readonly string[] {
  return [...files.keys()].flatMap((path) => {
    const words = path.split('/').map((segment) => segment.split('.')[0] ?? '');
    const bad = words.find((word) => forbiddenNames.includes(word));
    return bad === undefined || path.startsWith('dist/')
      ? []
      : [`${path}: nothing is called ${bad}; name what it holds`];
  });
}

/** A folder of a package has a door: an index.ts, or a main.ts that is a program and that nobody imports. */
export function checkEveryFolderHasADoor({ files, modules }: SourceTree): readonly string[] {
  const folders = new Set(
    modules
      .map(({ path }) => posix.dirname(path))
      .filter((folder) => /^packages\/[^/]+\/./.test(folder)),
  );
  const imported = new Set(modules.flatMap(({ imports }) => imports.map(({ target }) => target)));
  return [...folders]
    .filter((folder) => {
      const program = `${folder}/main.ts`;
      const isProgram = files.has(program) && !imported.has(program);
      return !files.has(`${folder}/index.ts`) && !isProgram;
    })
    .map((folder) => `${folder}: a folder with .ts files has an index.ts, its door`);
}

/** Named exports, so that a thing has the same name everywhere. */
export function checkExports({ modules }: SourceTree): readonly string[] {
  return modules
    .filter(({ path }) => !path.endsWith('.d.ts'))
    .flatMap((module) =>
      [...walk(module.syntax)].flatMap((node) => {
        if (isDefaultExport(node)) return [`${locate(module, node)}: no default exports`];
        const isStar =
          ts.isExportDeclaration(node) &&
          (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause));
        return isStar && module.path.startsWith('packages/')
          ? [`${locate(module, node)}: a door names what it exports, without *`]
          : [];
      }),
    );
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return (
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true
  );
}

const actionFiles = [
  'README.md',
  'action.yml',
  'src/inputs.ts',
  'src/main.ts',
  'src/plan.ts',
  'src/report.ts',
  'src/run.ts',
];

/** An action is five small files, its action.yml and its README; tests may lie beside them. */
export function checkActions({ files }: SourceTree): readonly string[] {
  const verbs = new Set(
    [...files.keys()].flatMap(
      (path) => /^actions\/(?<verb>[^/]+)\//.exec(path)?.groups?.['verb'] ?? [],
    ),
  );
  return [...verbs].flatMap((verb) => {
    const folder = `actions/${verb}`;
    const present = [...files.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
    const missing = actionFiles.filter((file) => !present.includes(file));
    const extra = present.filter((file) => {
      const isTest = /^(?:src\/[^/]+\.test\.ts|test\/.+)$/.test(file);
      return !isTest && !actionFiles.includes(file);
    });
    return [
      ...missing.map((file) => `${folder}/${file}: every action has this file`),
      ...extra.map((file) => `${folder}/${file}: an action is five files, this is one more`),
    ];
  });
}

const requiredEntries = [
  '.ci',
  '.gitignore',
  '.prettierignore',
  '.prettierrc.json',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'actions',
  'dist',
  'docs',
  'eslint.config.js',
  'examples',
  'jest.config.js',
  'knip.json',
  'package-lock.json',
  'package.json',
  'packages',
  'test',
  'tsconfig.json',
];

/** Rooms that the plan of the house has, whether or not they are furnished yet. */
const plannedEntries = ['.gitattributes', '.github', 'bench', 'workflows-templates'];

/** What lies at the top is what the plan of the house shows. */
export function checkTopLevel({ files }: SourceTree): readonly string[] {
  const present = new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''));
  return [
    ...requiredEntries
      .filter((entry) => !present.has(entry))
      .map((entry) => `${entry}: missing at the top of the project`),
    ...[...present]
      .filter((entry) => !requiredEntries.includes(entry) && !plannedEntries.includes(entry))
      .map((entry) => `${entry}: not in the plan of the house`),
  ];
}

/**
 * Nothing of one machine is in the project: neither its folders nor the hosts that only it can reach.
 *
 * @param words what this machine calls its own, such as the folder of the checkout
 */
export function checkMachineWords(
  { files }: SourceTree,
  words: readonly string[],
): readonly string[] {
  const privateHost = /https?:\/\/[^\s/"'`]*\.(?:internal|intranet|corp|lan)\b/;
  const lockedFrom = /"resolved": "(?!https:\/\/registry\.npmjs\.org\/|packages\/|actions")[^"]*"/;
  return [...files].flatMap(([path, text]) => {
    const found =
      words.find((word) => text.includes(word)) ??
      privateHost.exec(text)?.[0] ??
      (path === 'package-lock.json' ? lockedFrom.exec(text)?.[0] : undefined);
    return found === undefined ? [] : [`${path}: “${found}” means something on one machine only`];
  });
}
