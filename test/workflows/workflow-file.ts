import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));

type Values = Readonly<Record<string, unknown>>;

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Values;
  readonly env?: Values;
}

export interface Job {
  readonly uses?: string;
  readonly with?: Values;
  readonly secrets?: Values | 'inherit';
  readonly permissions?: Values | string;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string | { readonly name: string; readonly deployment?: boolean };
  readonly concurrency?: {
    readonly group: string;
    readonly 'cancel-in-progress'?: unknown;
    readonly queue?: unknown;
  };
  readonly steps?: readonly Step[];
}

interface Declaration {
  readonly required?: boolean;
  readonly default?: unknown;
}

type Declarations = Readonly<Record<string, Declaration | null>>;

interface Workflow {
  readonly on: {
    readonly workflow_call?: {
      readonly inputs?: Declarations;
      readonly secrets?: Declarations;
    };
  };
  readonly permissions?: Values | string;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What an action declares, or a workflow that can be called. */
export interface Interface {
  readonly inputs: Declarations;
  readonly secrets: Declarations;
  readonly outputs: readonly string[];
}

export interface WorkflowFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
}

export function parseWorkflowFile(path: string, text: string): WorkflowFile {
  return { path, text, workflow: load(text) as Workflow };
}

/** Those that run this project, those that others call, and those that others copy. */
export function readWorkflowFiles(): readonly WorkflowFile[] {
  return ['.github/workflows', 'workflows-templates'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.yml'))
      .map((name) => join(folder, name))
      .map((path) => parseWorkflowFile(path, readFileSync(join(root, path), 'utf8'))),
  );
}

/** @param folder of the action: `actions/rollback` */
export function tryReadAction(folder: string): Interface | undefined {
  const file = join(root, folder, 'action.yml');
  if (!existsSync(file)) return undefined;
  const { inputs = {}, outputs = {} } = load(readFileSync(file, 'utf8')) as {
    readonly inputs?: Declarations;
    readonly outputs?: Values;
  };
  return { inputs, secrets: {}, outputs: Object.keys(outputs) };
}

/** @param path of a workflow: `.github/workflows/rollback.yml` */
export function tryReadCalled(path: string): Interface | undefined {
  const file = join(root, path);
  if (!existsSync(file)) return undefined;
  const { workflow } = parseWorkflowFile(path, readFileSync(file, 'utf8'));
  const { inputs = {}, secrets = {} } = workflow.on.workflow_call ?? {};
  return { inputs, secrets, outputs: [] };
}
