import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError, invalidInput } from '@slipway/core/errors';
import {
  createConsole,
  formatFailure,
  readEnvironment,
  type Environment,
} from '@slipway/flow/runtime';
import { readActionFile } from '../action-file/index.js';
import { runActionProcess } from '../action-process/index.js';
import { findNearest, parseArguments, type VerbArguments } from '../arguments/index.js';
import { openTerminal } from '../terminal/index.js';
import { commands, type CliCommand } from '../verbs/index.js';
import { formatHelp, formatVerbHelp, type VerbSummary } from './help.js';
import { formatOutputs } from './outputs.js';

/** Shorter names for actions. */
const aliases: Readonly<Record<string, string>> = { status: 'release-status' };

/**
 * The command `slipway`: runs the packaged actions of a checkout as a runner does, and a few verbs of its
 * own. Sets the exit code.
 *
 * @param argv without the program: `['rollback', '--reason', 'prices are wrong']`
 * @param root the folder that holds `actions/` and `dist/`
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  try {
    process.exitCode = await dispatch(argv, root);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    for (const sentence of formatFailure(error)) writeError(`error: ${sentence}`);
    process.exitCode = 1;
  }
}

async function dispatch(
  [given = '--help', ...rest]: readonly string[],
  root: string,
): Promise<number> {
  const verb = Object.hasOwn(aliases, given) ? (aliases[given] ?? given) : given;
  if (verb === '--help' || verb === '-h' || verb === 'help') return printHelp(root);
  if (verb === '--version') return print([readVersion(root)]);
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (command !== undefined) return runOwnVerb(verb, command, rest);
  if (!listActions(root).includes(verb)) throw unknownVerb(verb, root);
  const actionFolder = join(root, 'actions', verb);
  const action = readActionFile(actionFolder);
  const parsed = parseArguments(rest, action.inputs, verb);
  if (parsed.isHelp) {
    return print(formatVerbHelp({ name: verb, summary: action.description }, action.inputs));
  }
  return runAction(actionFolder, parsed);
}

async function runAction(actionFolder: string, parsed: VerbArguments): Promise<number> {
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => interruption.abort());
  }
  const terminal = openTerminal(parsed.isJson ? process.stderr : process.stdout);
  const result = await runActionProcess({
    actionFolder,
    inputs: parsed.inputs,
    env: { GITHUB_WORKSPACE: process.cwd() },
    signal: interruption.signal,
    onLine: terminal.print,
    ...(terminal.show === undefined ? {} : { onShow: terminal.show }),
  });
  print(formatOutputs(result.outputs, parsed.isJson));
  return result.exitCode;
}

/** Its lines are for people; the outputs are only printed where a machine asked for them. */
async function runOwnVerb(
  name: string,
  command: CliCommand,
  argv: readonly string[],
): Promise<number> {
  const { inputs, isJson, isHelp } = parseArguments(argv, command.inputs, name);
  if (isHelp) return print(formatVerbHelp({ name, summary: command.summary }, command.inputs));
  const environment: Environment = {
    ...Object.fromEntries(
      Object.entries(readEnvironment()).filter(([key]) => !key.startsWith('INPUT_')),
    ),
    ...Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value]),
    ),
    GITHUB_WORKSPACE: process.cwd(),
  };
  const log = isJson ? process.stderr : process.stdout;
  const report = await command.run(environment, createConsole(false, {}, log));
  if (isJson) print([JSON.stringify(readOutputs(report.outputs))]);
  return report.failure === undefined ? 0 : 1;
}

/** Outputs of our own verbs that are JSON become part of the whole. */
function readOutputs(outputs: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(outputs).map(([name, text]): [string, unknown] => [
    name,
    /^[[{]|^null$/.test(text) ? JSON.parse(text) : text,
  ]);
  return Object.fromEntries(entries);
}

function printHelp(root: string): number {
  const actions = listActions(root).map((name): VerbSummary => {
    const { description } = readActionFile(join(root, 'actions', name));
    return { name, summary: description };
  });
  const own = Object.entries(commands).map(([name, { summary }]) => ({ name, summary }));
  const short = Object.entries(aliases)
    .filter(([, verb]) => actions.some(({ name }) => name === verb))
    .map(([name, verb]) => ({ name, summary: `Short for ${verb}` }));
  return print(formatHelp(actions, [...own, ...short]));
}

function unknownVerb(verb: string, root: string): SlipwayError {
  const verbs = [...listActions(root), ...Object.keys(commands)];
  const nearest = findNearest(verb, verbs);
  const fix = nearest === undefined ? {} : { fix: `Did you mean ${nearest}?` };
  return invalidInput([{ subject: verb, expected: `a verb: ${verbs.join(', ')}`, ...fix }]);
}

function listActions(root: string): readonly string[] {
  const folder = join(root, 'actions');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'action.yml')))
    .toSorted();
}

function readVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}

function print(lines: readonly string[]): number {
  for (const line of lines) write(line);
  return 0;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function writeError(line: string): void {
  process.stderr.write(`${line}\n`);
}
