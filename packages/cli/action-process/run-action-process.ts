import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { liveMarkVariable, readEnvironment } from '@slipway/flow/runtime';
import { CommandError, runCommand } from '@slipway/io/command';
import { readActionFile, type ActionFile } from '../action-file/index.js';
import { parseCommandFile } from './command-file.js';
import { createLineMask } from './line-mask.js';

export interface ActionProcessOptions {
  /** The folder of its action.yml. */
  readonly actionFolder: string;
  /** By the names of action.yml; what is left out takes its default. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Added to the environment of this process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the step as a cancelled run does; its post step runs all the same. */
  readonly signal?: AbortSignal;
  /** Called with each line of the log as it comes. */
  readonly onLine?: (line: string) => void;
  /** Called with what stands below the log from now on; the log holds it in its own words as well. */
  readonly onShow?: (lines: readonly string[]) => void;
}

export interface ActionProcessResult {
  /** Of the step, 130 when it was interrupted; of its post step where only that failed. */
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown. */
  readonly summary: string;
  /** Every line that the step and its post step wrote, with masked text as `***`. */
  readonly log: string;
}

/** A runner lets a cancelled step go on for about so long (SIGINT, then SIGTERM) before it kills it. */
const graceMs = 10_000;
const postTimeoutMs = 60_000;

/**
 * Runs a packaged action in a process of its own as a runner does: the file that `runs.main` names, inputs in
 * `INPUT_*`, outputs through files, and then `runs.post` with the state that was saved. The log is plain
 * unless `env` holds `GITHUB_ACTIONS=true`.
 *
 * @example await runActionProcess({ actionFolder: 'actions/rollback', inputs: { reason: 'prices are wrong' } })
 */
export async function runActionProcess(
  options: ActionProcessOptions,
): Promise<ActionProcessResult> {
  const action = readActionFile(options.actionFolder);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-step-'));
  const log: string[] = [];
  const liveMark = `\u001e${randomUUID()}`;
  const mask = createLineMask();
  const onLine = (raw: string): void => {
    const line = mask(raw);
    if (line === undefined) return;
    if (options.onShow !== undefined && line.startsWith(liveMark)) {
      options.onShow(parseLines(line.slice(liveMark.length)));
      return;
    }
    log.push(line);
    options.onLine?.(line);
  };
  try {
    const files = makeFiles(folder);
    const live = options.onShow === undefined ? {} : { [liveMarkVariable]: liveMark };
    const env = { ...baseEnvironment(), ...toInputVariables(action, options), ...files, ...live };
    const step = { folder: options.actionFolder, env: { ...env, ...options.env }, onLine };
    const exitCode = await runFile(action.main, step, { signal: options.signal });
    const state = readValues(files.GITHUB_STATE);
    const postCode =
      action.post === undefined ? 0 : await runPost(action.post, step, toStateVariables(state));
    return {
      exitCode: exitCode === 0 ? postCode : exitCode,
      outputs: readValues(files.GITHUB_OUTPUT),
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      log: log.map((line) => `${line}\n`).join(''),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The shell that guards a process drops variables that it cannot name, such as `INPUT_DRY-RUN`: they travel
 * in one that it can, and are put back before the action's own file is loaded.
 */
const environmentVariable = 'SLIPWAY_STEP_ENVIRONMENT';
const restoreEnvironment = `data:text/javascript,${encodeURIComponent(
  `const text = process.env.${environmentVariable};
  delete process.env.${environmentVariable};
  Object.assign(process.env, JSON.parse(text));`,
)}`;

interface Step {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
}

async function runPost(
  file: string,
  step: Step,
  state: Readonly<Record<string, string>>,
): Promise<number> {
  return runFile(file, { ...step, env: { ...step.env, ...state } }, { timeoutMs: postTimeoutMs });
}

async function runFile(
  file: string,
  { folder, env, onLine }: Step,
  limits: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number },
): Promise<number> {
  const { signal, timeoutMs } = limits;
  const workspace = env['GITHUB_WORKSPACE'];
  try {
    const argv = [process.execPath, '--import', restoreEnvironment, resolve(folder, file)] as const;
    const { exitCode } = await runCommand([...argv], {
      env: { ...env, [environmentVariable]: JSON.stringify(env) },
      graceMs,
      onStdoutLine: onLine,
      onStderrLine: onLine,
      ...(workspace === undefined ? {} : { cwd: workspace }),
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind === 'not-found') throw error;
    return error.exitCode ?? 130;
  }
}

/** @throws Error when it is no JSON array of texts */
function parseLines(text: string): readonly string[] {
  const lines: unknown = JSON.parse(text);
  if (!Array.isArray(lines)) throw new Error(`no lines: ${text}`);
  return lines.map(String);
}

/** What another step or action left in this process's environment is not for this one. */
function baseEnvironment(): Record<string, undefined> {
  const foreign = Object.keys(readEnvironment()).filter((name) => /^(?:INPUT|STATE)_/.test(name));
  return Object.fromEntries(
    [...foreign, 'GITHUB_ACTIONS', liveMarkVariable].map((name) => [name, undefined]),
  );
}

function toInputVariables(
  action: ActionFile,
  { inputs, env }: ActionProcessOptions,
): Readonly<Record<string, string>> {
  const token = { ...readEnvironment(), ...env }['GITHUB_TOKEN'] ?? '';
  const defaults = Object.fromEntries(
    action.inputs.map((input) => [input.name, input.default.replace(tokenExpression, token)]),
  );
  return Object.fromEntries(
    Object.entries({ ...defaults, ...inputs }).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** The one expression that defaults have: on a laptop there is no token of a job. */
const tokenExpression = /^\$\{\{ *github\.token *\}\}$/;

function toStateVariables(
  state: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

interface CommandFiles {
  readonly GITHUB_OUTPUT: string;
  readonly GITHUB_STATE: string;
  readonly GITHUB_STEP_SUMMARY: string;
  readonly GITHUB_ENV: string;
  readonly GITHUB_PATH: string;
}

function makeFiles(folder: string): CommandFiles {
  const make = (name: string): string => {
    const file = join(folder, name);
    writeFileSync(file, '');
    return file;
  };
  return {
    GITHUB_OUTPUT: make('output'),
    GITHUB_STATE: make('state'),
    GITHUB_STEP_SUMMARY: make('summary.md'),
    GITHUB_ENV: make('env'),
    GITHUB_PATH: make('path'),
  };
}

function readValues(file: string): Readonly<Record<string, string>> {
  return parseCommandFile(readFileSync(file, 'utf8'));
}
