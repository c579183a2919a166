import { posix } from 'node:path';
import ts from 'typescript';

/** One import of a module, whatever its form. */
interface Import {
  readonly specifier: string;
  /** The file of the project that it means; undefined for a package or a part of Node. */
  readonly target: string | undefined;
}

export interface SourceModule {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly syntax: ts.SourceFile;
}

/** The project's files, by path relative to its root; real or made up in a test. */
export interface SourceTree {
  readonly files: ReadonlyMap<string, string>;
  readonly modules: readonly SourceModule[];
}

/** @param files texts by path: `packages/core/errors/index.ts` */
export function parseSourceTree(files: ReadonlyMap<string, string>): SourceTree {
  const modules = [...files]
    .filter(([path]) => path.endsWith('.ts') && !path.startsWith('dist/'))
    .map(([path, text]): SourceModule => {
      const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const imports = listSpecifiers(syntax).map((specifier): Import => ({
        specifier,
        target: resolveImport(path, specifier),
      }));
      return { path, imports, syntax };
    });
  return { files, modules };
}

/** Every node of a module, outermost first. */
export function* walk(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* walk(child);
}

/** `packages/core/errors/index.ts:12` */
export function locate({ path, syntax }: SourceModule, node: ts.Node): string {
  return `${path}:${syntax.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Tests, and what only tests use: it does not ship. */
export function isTestOnly(path: string): boolean {
  return (
    path.endsWith('.test.ts') || /^(?:test|bench|packages\/testing|packages\/lab)\//.test(path)
  );
}

/** @example resolveImport('packages/io/log/index.ts', '@slipway/core/errors') // 'packages/core/errors/index.ts' */
function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  }
  const rest = /^@slipway\/(?<rest>.+)$/.exec(specifier)?.groups?.['rest'];
  if (rest === undefined) return undefined;
  return `packages/${rest}/index.ts`;
}

function listSpecifiers(syntax: ts.SourceFile): readonly string[] {
  const specifiers: string[] = [];
  for (const node of walk(syntax)) {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      specifiers.push(specifier.text);
  }
  return specifiers;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    const isImport = expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
    return isImport || isRequire ? node.arguments[0] : undefined;
  }
  return undefined;
}
