import { spawn } from 'node:child_process';
import { lchown, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { createTestRepository } from '../git/index.js';
import { followOutput } from './output.js';

type Texts = Readonly<Record<string, string>>;

/** How a step ended, as a runner sees it. */
export interface Step {
  /** What it made has names that hold it. */
  readonly processId: number;
  readonly exitCode: number | null;
  /** Without the lines that only tell the runner what to mask. */
  readonly log: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
  /** What is in the file of GITHUB_ENV. */
  readonly env: string;
  /** What is in the file of GITHUB_PATH. */
  readonly path: string;
}

export interface RunningStep {
  readonly processId: number;
  /** Resolves when the log holds the text. */
  readonly written: (text: string) => Promise<void>;
  /** As a runner cancels. */
  interrupt(): void;
  /** As a machine that goes down: SIGKILL. */
  kill(): void;
  readonly ended: Promise<Step>;
}

/** Where steps run: a repository with one commit, checked out, and a runner's folder for temporary files. */
export interface Job {
  readonly workspace: string;
  readonly temporaryFolder: string;
  /** The folder with the files of GITHUB_OUTPUT and its like. */
  readonly stepFiles: string;
  /** Files of the workspace, by path. */
  write(files: Texts): Promise<void>;
  start(inputs: Texts, environment?: Texts): Promise<RunningStep>;
  run(inputs: Texts, environment?: Texts): Promise<Step>;
  remove(): Promise<void>;
}

export interface JobOptions {
  /** The module of the action that exports `main`. */
  readonly main: string;
  /** What is committed: path → text. The same files make the same commit. */
  readonly files: Texts;
  /** Of every step; nothing of this process's own gets there. */
  readonly environment: Texts;
  /** Who the steps run as, and whom the workspace belongs to; the group stays. */
  readonly uid?: number;
  /** Paths of the workspace that belong to root all the same. */
  readonly foreign?: readonly string[];
}

const outputPattern = /^(?<name>[\w-]+)<<(?<end>\S+)\n(?<value>[\s\S]*?)\n\k<end>$/gm;

/** A job whose steps are processes of their own, with the files that a runner gives them. */
export async function openJob(options: JobOptions): Promise<Job> {
  const { files, uid, foreign = [] } = options;
  const repository = await createTestRepository();
  await repository.commit({ message: 'feat: all of it', files });
  await repository.git('reset', '--quiet', '--hard');
  const place = await realpath(await mkdtemp(join(tmpdir(), 'slipway-job-')));
  const temporaryFolder = join(place, 'temp');
  await mkdir(temporaryFolder);
  const own = async (): Promise<void> => {
    const folders = [place, dirname(repository.folder)];
    if (uid !== undefined) await runCommand(['chown', '-R', String(uid), ...folders]);
    for (const path of foreign) await lchown(join(repository.folder, path), 0, 0);
  };
  const start: Job['start'] = async (inputs, environment = {}) => {
    const stepFiles = await makeStepFiles(place);
    await own();
    return startStep(options, place, {
      GITHUB_WORKSPACE: repository.folder,
      RUNNER_TEMP: temporaryFolder,
      ...stepFiles,
      ...environment,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    });
  };
  return {
    workspace: repository.folder,
    temporaryFolder,
    stepFiles: place,
    write: async (texts) => {
      for (const [path, text] of Object.entries(texts)) {
        await mkdir(join(repository.folder, dirname(path)), { recursive: true });
        await writeFile(join(repository.folder, path), text);
      }
    },
    start,
    run: async (inputs, environment) => (await start(inputs, environment)).ended,
    remove: async () => {
      await rm(place, { recursive: true, force: true });
      await repository.remove();
    },
  };
}

/** Empty, as a runner makes them before each step. */
async function makeStepFiles(place: string): Promise<Texts> {
  const names = ['OUTPUT', 'STEP_SUMMARY', 'STATE', 'ENV', 'PATH'].map((name) => `GITHUB_${name}`);
  const files = names.map((name): [string, string] => [name, join(place, name)]);
  for (const [, file] of files) await writeFile(file, '');
  return Object.fromEntries(files);
}

function startStep({ main, environment, uid }: JobOptions, place: string, own: Texts): RunningStep {
  const script = `import { main } from ${JSON.stringify(main)}; await main();`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    {
      cwd: dirname(main),
      ...(uid === undefined ? {} : { uid }),
      env: { HOME: place, GITHUB_ACTIONS: 'true', ...environment, ...own },
    },
  );
  const log = followOutput(child);
  const processId = child.pid ?? 0;
  const read = (name: string): Promise<string> => readFile(own[name] ?? '', 'utf8');
  const end = async (exitCode: number | null): Promise<Step> => {
    const found = [...(await read('GITHUB_OUTPUT')).matchAll(outputPattern)];
    return {
      processId,
      exitCode,
      log: log.read().replaceAll(/^::add-mask::.*$/gm, ''),
      outputs: new Map(
        found.map(({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? '']),
      ),
      summary: await read('GITHUB_STEP_SUMMARY'),
      env: await read('GITHUB_ENV'),
      path: await read('GITHUB_PATH'),
    };
  };
  return {
    processId,
    written: log.written,
    interrupt: () => void child.kill('SIGINT'),
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)).then(end),
  };
}
