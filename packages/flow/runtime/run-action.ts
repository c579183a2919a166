import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { createConsole, liveMarkVariable, type Console, type SourcePlace } from './console.js';
import {
  readCheckoutFacts,
  readEnvironment,
  readRunIdentity,
  readStepFiles,
  type Environment,
} from './environment.js';
import { formatFailure, formatFailureSummary, toSlipwayError } from './failure.js';
import { createInputReader, type InputReader } from './input-reader.js';
import { createRuntime, type Runtime } from './runtime.js';
import { openTemporaryFolder } from './temporary-folder.js';

/** A sentence at a place. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  /** Absent where nobody can tell. */
  readonly place?: SourcePlace;
}

/** What an action has to say at its end. */
export interface Report {
  /** Values of the outputs; what is left out keeps its default. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown for a reviewer who does not open the log. */
  readonly summary: string;
  /** What is wrong at a place in the sources; shown beside the line on GitHub. */
  readonly annotations?: readonly Annotation[];
  /** Present when the step must fail although the action knows its outputs. */
  readonly failure?: SlipwayError;
}

export interface ActionDefinition<Inputs, Result> {
  readonly name: string;
  /**
   * Every output of action.yml except `failure-code` and `failure-message`, with its value where the
   * action fails before it can say better.
   */
  readonly outputs: Readonly<Record<string, string>>;
  readonly readInputs: (read: InputReader) => Inputs;
  /** The whole time that the action may take, in milliseconds; undefined when it keeps its own deadlines. */
  readonly limitMs?: (inputs: Inputs) => number;
  readonly run: (inputs: Inputs, runtime: Runtime) => Promise<Result>;
  /** What is masked is `***` wherever the report goes; who escapes text redacts it before. */
  readonly report: (result: Result, redact: (text: string) => string) => Report;
  /** Runs in the post step, also after a cancelled or failed step; `state` is what `saveState` kept. */
  readonly post?: (
    inputs: Inputs,
    runtime: Runtime,
    state: (name: string) => string | undefined,
  ) => Promise<void>;
}

const postMarker = 'slipway-main-ran';
/** Without it the inputs were refused: the post step has nothing to finish, and need not refuse them again. */
const beganMarker = 'slipway-main-began';

/**
 * Runs an action as a step: reads its inputs, runs it, writes outputs and summary, sets the exit code.
 * The same entry serves the post step. Anything thrown is a failure; outputs are set on every path.
 *
 * @example export const main = (): Promise<void> => runAction(registryPush);
 */
export async function runAction<Inputs, Result>(
  definition: ActionDefinition<Inputs, Result>,
): Promise<void> {
  const environment = readEnvironment();
  makeCommandFiles(environment);
  const console = createConsole(environment['GITHUB_ACTIONS'] === 'true', {
    hasSummary: (environment['GITHUB_STEP_SUMMARY'] ?? '') !== '',
    liveMark: environment[liveMarkVariable] ?? '',
  });
  const isPost = environment[`STATE_${postMarker}`] === 'true';
  if (!isPost) console.saveState(postMarker, 'true');
  const report = await runCommand(definition, environment, console, isPost ? runPost : runMain);
  if (!isPost) {
    for (const [name, value] of Object.entries(report.outputs)) console.setOutput(name, value);
  }
  if (report.summary !== '') await console.writeSummary(report.summary);
}

/** A runner makes these files before each step; who plays runner by hand may have named them only. */
function makeCommandFiles(environment: Environment): void {
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']) {
    const file = environment[name] ?? '';
    if (file !== '') appendFileSync(file, '');
  }
}

/**
 * Runs an action, or a command that is shaped like one, with the inputs of an environment, and says in the
 * log why it failed, if it did. The exit code is set; what becomes of the report is the caller's.
 */
export async function runCommand<Inputs, Result>(
  definition: ActionDefinition<Inputs, Result>,
  environment: Environment,
  console: Console,
  step: Step<Inputs, Result> = runMain,
): Promise<Report> {
  const interruption = listenForSignals();
  let report: Report;
  try {
    assertNodeVersion(process.versions.node);
    report = await step(definition, environment, console, interruption);
  } catch (thrown) {
    const failure = toSlipwayError(thrown);
    report = {
      outputs: {},
      summary: formatFailureSummary(definition.name, failure, (text) => console.redact(text)),
      failure,
    };
  }
  const { failure, annotations = [] } = report;
  for (const { message, title, place } of annotations) console.error(message, title, place);
  const sentences = failure === undefined ? [] : formatFailure(failure);
  for (const sentence of sentences) {
    console.error(sentence, `${definition.name}: ${failure?.code ?? ''}`);
  }
  if (failure !== undefined) process.exitCode = 1;
  const outputs = {
    ...definition.outputs,
    ...report.outputs,
    'failure-code': failure?.code ?? '',
    'failure-message': sentences.join(' '),
  };
  return { ...report, outputs };
}

/** On an older Node we would stop in the middle (`tls.getCACertificates`); GitHub's runners have 24. */
function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  const sentence = `Slipway needs Node 22.15 or newer, and this is ${version}`;
  throw new SlipwayError('tool-missing', sentence, {
    fix: 'Install a newer Node; in the checkout, npm ci brings one as node_modules/.bin/node.',
  });
}

type Step<Inputs, Result> = (
  definition: ActionDefinition<Inputs, Result>,
  environment: Environment,
  console: Console,
  interruption: AbortController,
) => Promise<Report>;

async function runMain<Inputs, Result>(
  definition: ActionDefinition<Inputs, Result>,
  environment: Environment,
  console: Console,
  interruption: AbortController,
): Promise<Report> {
  return withRuntime(definition, environment, console, interruption, async (inputs, runtime) => {
    if (definition.post !== undefined) console.saveState(beganMarker, 'true');
    return definition.report(await definition.run(inputs, runtime), (text) => runtime.redact(text));
  });
}

async function runPost<Inputs, Result>(
  definition: ActionDefinition<Inputs, Result>,
  environment: Environment,
  console: Console,
  interruption: AbortController,
): Promise<Report> {
  const { post } = definition;
  if (post !== undefined && environment[`STATE_${beganMarker}`] === 'true') {
    const state = (name: string): string | undefined => environment[`STATE_${name}`];
    await withRuntime(definition, environment, console, interruption, (inputs, runtime) =>
      post(inputs, runtime, state),
    );
  }
  return { outputs: {}, summary: '' };
}

async function withRuntime<Inputs, Result, T>(
  definition: ActionDefinition<Inputs, Result>,
  environment: Environment,
  console: Console,
  interruption: AbortController,
  work: (inputs: Inputs, runtime: Runtime) => Promise<T>,
): Promise<T> {
  const workspace = environment['GITHUB_WORKSPACE'] ?? process.cwd();
  maskInputs(environment, console);
  const reader = createInputReader(environment, (path) => {
    const file = resolve(workspace, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  });
  const inputs = definition.readInputs(reader);
  reader.finish();
  const done = new AbortController();
  const limitMs = definition.limitMs?.(inputs);
  if (limitMs !== undefined)
    void interruptAfter(limitMs, definition.name, interruption, done.signal);
  const { runtime, close } = createRuntime({
    logger: console,
    signal: interruption.signal,
    run: readRunIdentity(environment, { processId: process.pid, host: hostname() }),
    checkout: readCheckoutFacts(environment),
    workspace,
    temporaryFolder: openTemporaryFolder(environment, workspace),
    stepFiles: readStepFiles(environment, existsSync),
    saveState: (name, value) => console.saveState(name, value),
    environment,
    mask: (secret) => console.mask(secret),
    redact: (text) => console.redact(text),
  });
  try {
    return await work(inputs, runtime);
  } finally {
    done.abort();
    await close();
  }
}

/** Passwords are masked before anything is read from them, so that not even a refusal can show one. */
function maskInputs(environment: Environment, console: Console): void {
  for (const line of (environment['INPUT_REGISTRY-AUTH'] ?? '').split('\n')) {
    const password = line.trim().split(/\s+/).slice(2).join(' ');
    console.mask(password);
  }
}

/** The first SIGINT or SIGTERM asks the action to stop; those that follow change nothing about that. */
function listenForSignals(): AbortController {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      controller.abort(new SlipwayError('interrupted', `interrupted by ${name}`));
    });
  }
  return controller;
}

async function interruptAfter(
  limitMs: number,
  action: string,
  interruption: AbortController,
  done: AbortSignal,
): Promise<void> {
  try {
    await systemClock.sleep(limitMs, done);
  } catch {
    return; // the action was done in time
  }
  interruption.abort(
    new SlipwayError('deadline-exceeded', `${action} took longer than ${formatDuration(limitMs)}`, {
      fix: 'Look in the log for what it waited for, or raise the input timeout.',
    }),
  );
}
