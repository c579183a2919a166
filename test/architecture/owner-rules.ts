import ts from 'typescript';
import { isTestOnly, locate, walk, type SourceModule, type SourceTree } from './source-tree.js';

interface Owner {
  readonly what: string;
  readonly folders: readonly string[];
  readonly modules: readonly string[];
  /** What in the syntax is it, besides an import. */
  readonly isUse?: (node: ts.Node) => boolean;
}

const owners: readonly Owner[] = [
  {
    what: '@actions/core',
    folders: ['packages/flow/runtime'],
    modules: ['@actions/core'],
  },
  {
    what: 'process.env',
    // io/command hands the environment on to the programs that it starts
    folders: ['packages/flow/runtime', 'packages/io/command'],
    modules: [],
    isUse: (node) => isMember(node, 'process', 'env') || isTakenFrom(node, 'process', 'env'),
  },
  {
    what: 'starting a process',
    folders: ['packages/io/command'],
    modules: ['child_process', 'node:child_process', '@actions/exec', '@actions/tool-cache'],
  },
  {
    what: 'time',
    folders: ['packages/io/clock'],
    modules: [
      'timers',
      'node:timers',
      'timers/promises',
      'node:timers/promises',
      'perf_hooks',
      'node:perf_hooks',
    ],
    isUse: isTime,
  },
  {
    what: 'HTTP',
    folders: ['packages/io/registry', 'packages/io/cluster'],
    modules: ['http', 'https', 'http2', 'net', 'tls', 'dgram']
      .flatMap((name) => [name, `node:${name}`])
      .concat('undici'),
    isUse: (node) => isCallOf(node, 'fetch'),
  },
  { what: '@actions/github', folders: ['packages/io/github'], modules: ['@actions/github'] },
];

/** Each thing outside has one owner; tests and what they use may reach it themselves. */
export function checkOwners({ modules }: SourceTree): readonly string[] {
  return modules
    .filter(({ path }) => !isTestOnly(path))
    .flatMap((module) => owners.flatMap((owner) => findTrespass(module, owner)));
}

function findTrespass(module: SourceModule, owner: Owner): readonly string[] {
  if (owner.folders.some((folder) => module.path.startsWith(`${folder}/`))) return [];
  const rule = `belongs to ${owner.folders.join(' and ')}`;
  const imported = module.imports
    .filter(({ specifier }) => owner.modules.includes(specifier))
    .map(({ specifier }) => `${module.path}: ${owner.what} (${specifier}) ${rule}`);
  const { isUse } = owner;
  if (isUse === undefined) return imported;
  const used = [...walk(module.syntax)]
    .filter(isUse)
    .map((node) => `${locate(module, node)}: ${owner.what} (${node.getText()}) ${rule}`);
  return [...imported, ...used];
}

/** Any other Date is made of a value that somebody passed in. */
function isTime(node: ts.Node): boolean {
  const isNow =
    ts.isNewExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date' &&
    (node.arguments?.length ?? 0) === 0;
  const timers = ['setTimeout', 'setInterval', 'setImmediate'];
  return (
    isNow ||
    isMember(node, 'Date', 'now') ||
    isMember(node, 'performance', 'now') ||
    isMember(node, 'process', 'hrtime') ||
    timers.some((name) => isCallOf(node, name))
  );
}

function isCallOf(node: ts.Node, name: string): boolean {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  if (ts.isIdentifier(expression)) return expression.text === name;
  return isMember(expression, 'globalThis', name);
}

/** `process.env`, `process['env']`, `globalThis.process.env` */
function isMember(node: ts.Node, object: string, member: string): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === member && isNamed(node.expression, object);
  }
  if (!ts.isElementAccessExpression(node)) return false;
  const { argumentExpression: key } = node;
  return ts.isStringLiteralLike(key) && key.text === member && isNamed(node.expression, object);
}

/** `const { env } = process` */
function isTakenFrom(node: ts.Node, object: string, member: string): boolean {
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return false;
  if (node.initializer === undefined || !isNamed(node.initializer, object)) return false;
  return node.name.elements.some(({ propertyName, name }) => {
    const key = propertyName ?? name;
    return ts.isIdentifier(key) && key.text === member;
  });
}

function isNamed(node: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(node)) return node.text === name;
  return ts.isPropertyAccessExpression(node) && node.name.text === name;
}
