import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export interface ActionInput {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** What the runner passes when a workflow says nothing; '' where action.yml has no default. */
  readonly default: string;
}

export interface ActionOutput {
  readonly name: string;
  readonly description: string;
}

/** What an action.yml declares, in its order. */
export interface ActionFile {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly ActionInput[];
  readonly outputs: readonly ActionOutput[];
  /** The file that runs, relative to the action's folder. */
  readonly main: string;
  readonly post?: string;
}

/**
 * Reads the action.yml of an action that runs on Node.
 *
 * @param folder the folder of the action
 * @throws Error that names the file and what it lacks
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
export function readActionFile(folder: string): ActionFile {
  const file = join(folder, 'action.yml');
  return parseActionFile(readFileSync(file, 'utf8'), file);
}

/** @example parseActionFile(text, 'actions/rollback/action.yml').inputs[0]?.name // 'reason' */
export function parseActionFile(text: string, file: string): ActionFile {
  const root = mappingOf(load(text), file);
  const runs = mappingOf(root['runs'], `${file}: runs`);
  const post = runs['post'];
  return {
    name: textOf(root['name'], `${file}: name`),
    description: textOf(root['description'], `${file}: description`),
    inputs: entriesOf(root['inputs'], `${file}: inputs`).map(([name, input, where]) => ({
      name,
      description: textOf(input['description'], `${where}.description`),
      isRequired: input['required'] === true,
      default: input['default'] === undefined ? '' : textOf(input['default'], `${where}.default`),
    })),
    outputs: entriesOf(root['outputs'], `${file}: outputs`).map(([name, output, where]) => ({
      name,
      description: textOf(output['description'], `${where}.description`),
    })),
    main: textOf(runs['main'], `${file}: runs.main`),
    ...(post === undefined ? {} : { post: textOf(post, `${file}: runs.post`) }),
  };
}

type Mapping = Readonly<Record<string, unknown>>;

function entriesOf(value: unknown, where: string): readonly (readonly [string, Mapping, string])[] {
  if (value === undefined) return [];
  return Object.entries(mappingOf(value, where)).map(([name, entry]) => {
    const place = `${where}.${name}`;
    return [name, mappingOf(entry, place), place];
  });
}

function mappingOf(value: unknown, where: string): Mapping {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Mapping;
  throw new Error(`${where} must be a mapping`);
}

/** Strictly a string: YAML's own `false` would reach the action by another road than a workflow's 'false'. */
function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${where} must be a string`);
}
