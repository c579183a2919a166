import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { readActionFile, type ActionFile } from '@slipway/cli/action-file';
import { parseCommandFile } from '@slipway/cli/action-process';
import { findSecrets, formatFinding, searchFolder, type HiddenText } from '@slipway/testing/canary';
import { listVariables, watchProcesses, type Sighting } from './process-watch.js';

type Texts = Readonly<Record<string, string>>;

export interface WatchedStep {
  /** The folder of its action.yml. */
  readonly action: string;
  readonly inputs: Texts;
  /** What the workflow puts into the environment of this step; a program that it starts may have it. */
  readonly env?: Texts;
  /** A program of the user's prints a secret, and asks the runner to mask it: the log counts as it is shown. */
  readonly isMaskedByUser?: boolean;
}

export interface WatchedEnd {
  readonly exitCode: number;
  readonly outputs: Texts;
  readonly summary: string;
  /** As the runner shows it. */
  readonly log: string;
  /** The programs that were started, each with its arguments. */
  readonly commands: readonly string[];
  /** Where a secret was found, and in what form. */
  readonly leaks: readonly string[];
}

export interface WatchedRunnerOptions {
  readonly secrets: readonly HiddenText[];
  /** Of every step. */
  readonly env: Texts;
  /** What `github.token` is. */
  readonly githubToken: string;
  /** Programs whose every start is recorded, by name, with their paths. */
  readonly programs: Texts;
}

const folders = ['home', 'programs', 'records', 'runner', 'steps', 'tmp'] as const;
const commandFiles = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'] as const;
const maskCommand = '::add-mask::';

/** Runs packaged actions as GitHub's runner does, with its debug log on, and looks for secrets in all they leave. */
export class WatchedRunner {
  /** For files between the steps of a job: `RUNNER_TEMP`. */
  readonly temporaryFolder: string;
  readonly #folder: string;
  readonly #options: WatchedRunnerOptions;

  constructor(options: WatchedRunnerOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'slipway-watched-'));
    this.#options = options;
    this.temporaryFolder = this.#in('runner');
    for (const name of folders) mkdirSync(this.#in(name));
    for (const [name, path] of Object.entries(options.programs)) {
      const shim = formatShim(path, join(this.#in('records'), name));
      writeFileSync(join(this.#in('programs'), name), shim, { mode: 0o755 });
    }
  }

  /** Runs a step and its post step. */
  async run(step: WatchedStep): Promise<WatchedEnd> {
    const action = readActionFile(step.action);
    const files = mkdtempSync(join(this.#in('steps'), 'step-'));
    for (const name of commandFiles) writeFileSync(join(files, name), '');
    const readFile = (name: (typeof commandFiles)[number]): string =>
      readFileSync(join(files, name), 'utf8');
    const env = this.#environmentOf(action, step, files);
    const main = await runFile(resolve(step.action, action.main), env, step);
    const state = toVariables('STATE_', parseCommandFile(readFile('STATE')));
    const post =
      action.post === undefined
        ? { exitCode: 0, lines: [], sightings: [] }
        : await runFile(resolve(step.action, action.post), { ...env, ...state }, step);
    const lines = [...main.lines, ...post.lines];
    const records = this.#takeRecords(step);
    const end = {
      exitCode: main.exitCode === 0 ? post.exitCode : main.exitCode,
      outputs: parseCommandFile(readFile('OUTPUT')),
      summary: readFile('STEP_SUMMARY'),
      log: maskLines(lines).join('\n'),
      commands: records.flatMap(({ command }) => command ?? []),
    };
    const raw = lines.filter((line) => !line.startsWith(maskCommand)).join('\n');
    const log = { place: 'the log', content: step.isMaskedByUser === true ? end.log : raw };
    return { ...end, leaks: this.#search([log, ...main.sightings, ...post.sightings, ...records]) };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #in(name: (typeof folders)[number]): string {
    return join(this.#folder, name);
  }

  #environmentOf(action: ActionFile, step: WatchedStep, files: string): Texts {
    const { env, githubToken } = this.#options;
    const defaults = action.inputs.map((input): [string, string] => [
      input.name,
      input.default.replace(/^\$\{\{ *github\.token *\}\}$/, githubToken),
    ]);
    const inputs = Object.entries({ ...Object.fromEntries(defaults), ...step.inputs });
    return {
      ...env,
      PATH: [this.#in('programs'), env['PATH'] ?? process.env['PATH'] ?? ''].join(delimiter),
      HOME: this.#in('home'),
      TMPDIR: this.#in('tmp'),
      RUNNER_TEMP: this.temporaryFolder,
      RUNNER_DEBUG: '1',
      GITHUB_ACTIONS: 'true',
      ...Object.fromEntries(commandFiles.map((name) => [`GITHUB_${name}`, join(files, name)])),
      ...step.env,
      ...toVariables(
        'INPUT_',
        Object.fromEntries(inputs.map(([name, value]) => [name.toUpperCase(), value])),
      ),
    };
  }

  /** How the programs were started since the last time. */
  #takeRecords(step: WatchedStep): readonly (Sighting & { readonly command?: string })[] {
    const folder = this.#in('records');
    return readdirSync(folder).map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      rmSync(join(folder, file));
      const { program = '', what } = /^(?<program>.+)-\d+\.(?<what>\w+)$/.exec(file)?.groups ?? {};
      if (what !== 'argv') {
        const content = listVariables(text, (name) => isOwn(step, name));
        return { place: `environment of ${program}`, content };
      }
      const command = `${program} ${text.trim().replaceAll('\n', ' ')}`;
      return { place: `argv of ${program}`, content: text, command };
    });
  }

  #search(sightings: readonly Sighting[]): readonly string[] {
    const { secrets } = this.#options;
    const findings = [
      ...sightings.flatMap(({ place, content }) => findSecrets(place, content, secrets)),
      ...(['steps', 'runner', 'tmp', 'home'] as const).flatMap(
        (name) => searchFolder(name, this.#in(name), secrets).findings,
      ),
    ];
    return [...new Set(findings.map(formatFinding))];
  }
}

/** Writes down how it was called, and becomes the program. */
function formatShim(path: string, record: string): string {
  return [
    '#!/bin/sh',
    `printf '%s\\n' "$@" >'${record}'-$$.argv`,
    `cat /proc/$$/environ >'${record}'-$$.environ`,
    `exec '${path}' "$@"`,
    '',
  ].join('\n');
}

interface FileEnd {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly sightings: readonly Sighting[];
}

async function runFile(file: string, env: Texts, step: WatchedStep): Promise<FileEnd> {
  const child = spawn(process.execPath, [file], { cwd: env['GITHUB_WORKSPACE'], env });
  const watch = watchProcesses(child.pid ?? 0, (name) => isOwn(step, name));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  }
  const exitCode = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 130));
  });
  return { exitCode, lines: log.split('\n'), sightings: watch.stop() };
}

function isOwn({ env = {} }: WatchedStep, name: string): boolean {
  return Object.hasOwn(env, name);
}

function toVariables(prefix: string, values: Texts): Texts {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

/** From the line on that asks for it. */
function maskLines(lines: readonly string[]): readonly string[] {
  const masked: string[] = [];
  return lines.flatMap((line) => {
    if (line.startsWith(maskCommand)) {
      masked.push(line.slice(maskCommand.length).trim());
      return [];
    }
    return [masked.reduce((text, secret) => text.replaceAll(secret || '\0', '***'), line)];
  });
}
