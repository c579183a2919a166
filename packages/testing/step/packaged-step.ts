import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readActionFile, type ActionInput } from '@slipway/cli/action-file';
import { parseCommandFile } from '@slipway/cli/action-process';
import { systemClock } from '@slipway/io/clock';
import { followOutput } from './output.js';

type Texts = Readonly<Record<string, string>>;

/** A packaged action with what a runner gives it. */
export interface PackagedStepPlan {
  /** The folder of its action.yml. */
  readonly actionFolder: string;
  readonly inputs: Texts;
  readonly env: Texts;
  /** For the files that it writes for the runner; nobody else's. */
  readonly folder: string;
}

export interface EndedStep {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly log: string;
  readonly outputs: Texts;
  /** What it saved for its post step. */
  readonly state: Texts;
  /** It did not end by itself in ten times the usual time. */
  readonly isStuck: boolean;
}

export interface PackagedStep {
  /** SIGKILL to its whole process group. */
  kill(): void;
  readonly ended: Promise<EndedStep>;
}

const longestMs = 300_000;

/** Starts the main step of an action, or its post step with the state that the main step left. */
export function startPackagedStep(plan: PackagedStepPlan, mainState?: Texts): PackagedStep {
  const { main, post, inputs } = readActionFile(plan.actionFolder);
  const file = mainState === undefined ? main : (post ?? main);
  const files = makeFiles(plan.folder);
  const child = spawn(process.execPath, [resolve(plan.actionFolder, file)], {
    cwd: plan.folder,
    detached: true,
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: plan.folder,
      HOME: plan.folder,
      ...rename(
        { ...listDefaults(inputs), ...plan.inputs },
        (name) => `INPUT_${name.toUpperCase()}`,
      ),
      ...rename(mainState ?? {}, (name) => `STATE_${name}`),
      ...files,
      ...plan.env,
    },
  });
  const output = followOutput(child);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const ended = awaitEnd(child, kill).then((end) => ({
    ...end,
    log: output.read(),
    outputs: tryRead(files['GITHUB_OUTPUT']),
    state: tryRead(files['GITHUB_STATE']),
  }));
  return { kill, ended };
}

/** What does not end is killed. */
async function awaitEnd(
  child: ChildProcess,
  kill: () => void,
): Promise<Pick<EndedStep, 'exitCode' | 'isStuck'>> {
  let isStuck = false;
  const done = new AbortController();
  systemClock.sleep(longestMs, done.signal).then(
    () => {
      isStuck = true;
      kill();
    },
    () => undefined, // it ended before
  );
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  done.abort();
  return { exitCode: exitCode ?? undefined, isStuck };
}

/** A default that is an expression of the runner's is none here: nobody gives a token. */
function listDefaults(inputs: readonly ActionInput[]): Texts {
  return Object.fromEntries(
    inputs.map((input) => [input.name, input.default.startsWith('$') ? '' : input.default]),
  );
}

function rename(texts: Texts, name: (old: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([old, text]) => [name(old), text]));
}

function makeFiles(folder: string): Texts {
  mkdirSync(folder, { recursive: true });
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV'];
  const files = names.map((name): [string, string] => [name, join(folder, name)]);
  for (const [, file] of files) writeFileSync(file, '');
  return Object.fromEntries(files);
}

/** A process that was killed may have left half a line. */
function tryRead(file = ''): Texts {
  try {
    return parseCommandFile(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
