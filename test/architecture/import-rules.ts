import { posix } from 'node:path';
import { isTestOnly, type SourceModule, type SourceTree } from './source-tree.js';

/** What a part of the house may import; each may import itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/io': ['packages/core'],
  'packages/flow': ['packages/io', 'packages/core'],
  actions: ['packages/flow', 'packages/io', 'packages/core'],
  'packages/cli': ['packages/flow', 'packages/io', 'packages/core'],
  'packages/lab': ['packages/cli', 'packages/flow', 'packages/io', 'packages/core'],
  'packages/testing': [
    'packages/lab',
    'packages/cli',
    'packages/flow',
    'packages/io',
    'packages/core',
  ],
};

/** Tests may also use what was made for them. */
const onlyForTests = ['packages/testing', 'packages/lab'];

/** Arrows point down only. */
export function checkArrows({ modules }: SourceTree): readonly string[] {
  return modules.flatMap((module) => {
    const own = partOf(module.path);
    const allowed = below[own];
    if (allowed === undefined) return [];
    const isTest = module.path.endsWith('.test.ts');
    return module.imports.flatMap(({ target, specifier }) => {
      if (target === undefined) return [];
      const part = partOf(target);
      if (part === own || allowed.includes(part)) return [];
      if (isTest && onlyForTests.includes(part)) return [];
      return [`${module.path}: ${own} must not import ${part} (${specifier})`];
    });
  });
}

/** Core is pure: it imports itself and two libraries that are pure too. */
export function checkCorePurity({ modules }: SourceTree): readonly string[] {
  return modules
    .filter(({ path }) => path.startsWith('packages/core/') && !path.endsWith('.test.ts'))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target, specifier }) => {
          return target === undefined && specifier !== 'semver' && specifier !== 'js-yaml';
        })
        .map(
          ({ specifier }) =>
            `${path}: core imports only core, semver and js-yaml, not ${specifier}`,
        ),
    );
}

/** Actions never import actions; only their door, `actions/index.ts`, names them all. */
export function checkActionsApart({ modules }: SourceTree): readonly string[] {
  return modules.flatMap(({ path, imports }) => {
    const own = actionOf(path);
    if (path === 'actions/index.ts') return [];
    return imports.flatMap(({ target, specifier }) => {
      const other = target === undefined ? undefined : actionOf(target);
      if (other === undefined || other === own) return [];
      if (own === undefined)
        return [`${path}: only actions/index.ts imports an action (${specifier})`];
      return [`${path}: an action must not import another (${specifier})`];
    });
  });
}

/** What ships, tests aside, holds nothing that was made for tests. */
export function checkShippedCode({ modules }: SourceTree): readonly string[] {
  const libraries = ['@jest/globals', 'typescript', 'ajv', 'tsx'];
  return modules
    .filter(({ path }) => !isTestOnly(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target, specifier }) => {
          return target === undefined ? libraries.includes(specifier) : isTestOnly(target);
        })
        .map(({ specifier }) => `${path}: what ships must not import ${specifier}`),
    );
}

/** Relative inside a package, by name across packages. */
export function checkSpecifiers({ modules }: SourceTree): readonly string[] {
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, specifier }) => {
      if (target === undefined) return [];
      const isOwn = partOf(path) === partOf(target);
      const isRelative = specifier.startsWith('.');
      if (isOwn && !isRelative)
        return [`${path}: import ${specifier} relatively, it is the same package`];
      if (!isOwn && isRelative && target.startsWith('packages/')) {
        return [`${path}: import ${specifier} by its name, @slipway/<package>/<folder>`];
      }
      return isRelative && !specifier.endsWith('.js')
        ? [`${path}: relative imports end in .js, unlike ${specifier}`]
        : [];
    }),
  );
}

/** Nobody reaches past a door: from outside a folder only its index.ts can be imported. */
export function checkDoors({ files, modules }: SourceTree): readonly string[] {
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, specifier }) => {
      if (target === undefined) return [];
      const past = ancestorsOf(target).find((folder) => {
        const door = `${folder}/index.ts`;
        const isInside = path.startsWith(`${folder}/`);
        return files.has(door) && !isInside && target !== door;
      });
      return past === undefined
        ? []
        : [`${path}: ${specifier} reaches past the door ${past}/index.ts`];
    }),
  );
}

/** A module that needs itself cannot be understood alone. */
export function checkCycles({ modules }: SourceTree): readonly string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const cycles = new Map<string, string>();
  const visit = (module: SourceModule, trail: readonly string[]): void => {
    const start = trail.indexOf(module.path);
    if (start !== -1) {
      const cycle = trail.slice(start);
      cycles.set(cycle.toSorted().join(), [...cycle, module.path].join(' → '));
      return;
    }
    if (done.has(module.path)) return;
    for (const { target } of module.imports) {
      const next = target === undefined ? undefined : byPath.get(target);
      if (next !== undefined) visit(next, [...trail, module.path]);
    }
    done.add(module.path);
  };
  for (const module of modules) visit(module, []);
  return [...cycles.values()].map((cycle) => `${cycle}: imports must not form a cycle`);
}

/** @example partOf('packages/core/errors/index.ts') // 'packages/core' */
function partOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'packages' ? `${first}/${second}` : first;
}

function actionOf(path: string): string | undefined {
  return /^actions\/(?<verb>[^/]+)\//.exec(path)?.groups?.['verb'];
}

/** The folders that hold a file, outermost first. */
function ancestorsOf(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [...ancestorsOf(folder), folder];
}
