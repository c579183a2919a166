import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { owner } from '@slipway/core/owner';
import { runCommand } from '@slipway/io/command';
import { root } from './workflow-file.js';

/** What GitHub would run, and what it would hand over. */
export interface ActRun {
  readonly event: 'push' | 'pull_request' | 'workflow_dispatch';
  /** The payload of the event. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** In the repository: `.github/workflows/rollback.yml`. */
  readonly workflow: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Of every step, beside what GitHub sets: GITHUB_API_URL, GITHUB_RUN_ID. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActResult {
  /** Jobs that ran, by their id, in the order in which they ended. */
  readonly jobs: readonly (readonly [id: string, result: 'success' | 'failure'])[];
  /** What a person would read, a line each. */
  readonly log: readonly string[];
}

export interface Act {
  /** The program. */
  readonly program: string;
  /** For its files; nobody else's. */
  readonly folder: string;
  /** The folder that stands for `owner/slipway@v1`. */
  readonly release: string;
  /** Folders with programs that a runner has, before those of this machine. */
  readonly path?: readonly string[];
}

const timeoutMs = 600_000;

/**
 * Runs a workflow of a repository in host mode: every step is a process of this machine. Remote actions are
 * taken from `release` and from the stand-ins beside this file; checkout is a copy of the repository.
 *
 * @param repository a Git repository
 */
export async function runAct(act: Act, repository: string, run: ActRun): Promise<ActResult> {
  const home = join(act.folder, 'home');
  mkdirSync(join(home, 'act'), { recursive: true });
  writeFileSync(join(home, 'act/actrc'), '');
  const write = (name: string, text: string): string => {
    const path = join(home, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const artifacts = join(act.folder, 'artifacts');
  const env = { SLIPWAY_ARTIFACTS: artifacts, ...run.env };
  const argv = [
    act.program,
    run.event,
    '--json',
    ...['--workflows', run.workflow],
    ...['--eventpath', write('event.json', JSON.stringify(run.payload ?? {}))],
    ...['--secret-file', write('secrets.yml', dump(run.secrets ?? {}))],
    ...['--platform', 'ubuntu-24.04=-self-hosted', '--actor', 'ada'],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...listLocalRepositories(act.release).flatMap((each) => ['--local-repository', each]),
    ...['--action-offline-mode', '--no-cache-server'],
  ] as const;
  const path = [dirname(process.execPath), ...(act.path ?? []), process.env['PATH'] ?? ''];
  const { stdout } = await runCommand(argv, {
    cwd: repository,
    env: {
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: join(act.folder, 'cache'),
      PATH: path.join(delimiter),
      NODE_OPTIONS: undefined,
    },
    acceptExitCodes: [1],
    timeoutMs,
  });
  return parseLog(stdout);
}

/** Every action of others that our workflows use, at the commit that they use. */
function listLocalRepositories(release: string): readonly string[] {
  const folder = join(root, '.github/workflows');
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const pins = [...text.join('\n').matchAll(/uses: (?<pin>actions\/(?<name>[\w-]+)@\w+)/g)];
  const standIns = readdirSync(join(import.meta.dirname, 'stand-ins'));
  return [
    `${owner}@v1=${release}`,
    ...pins
      .filter(({ groups }) => standIns.includes(groups?.['name'] ?? ''))
      .map(({ groups = {} }) => {
        const { pin = '', name = '' } = groups;
        return `${pin}=${join(import.meta.dirname, 'stand-ins', name)}`;
      }),
  ].filter((each, index, all) => all.indexOf(each) === index);
}

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly jobID?: string;
  readonly jobResult?: 'success' | 'failure';
}

function parseLog(text: string): ActResult {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
  const jobs = lines.flatMap(({ jobID, jobResult }) =>
    jobID === undefined || jobResult === undefined ? [] : [[jobID, jobResult] as const],
  );
  return { jobs, log: lines.map(({ msg = '' }) => msg.trimEnd()) };
}

/**
 * What a release of the suite is for those who use it: workflows, actions, and their program.
 *
 * @param folder where it is written
 * @param writePrograms writes `dist/` into the release
 */
export function writeRelease(folder: string, writePrograms: (dist: string) => void): void {
  for (const verb of listVerbs()) {
    mkdirSync(join(folder, 'actions', verb), { recursive: true });
    const file = join('actions', verb, 'action.yml');
    cpSync(join(root, file), join(folder, file));
  }
  const workflows = join('.github', 'workflows');
  mkdirSync(join(folder, workflows), { recursive: true });
  for (const name of readdirSync(join(root, workflows))) {
    const text = readFileSync(join(root, workflows, name), 'utf8');
    writeFileSync(join(folder, workflows, name), withoutNewKeys(text));
  }
  writePrograms(join(folder, 'dist'));
}

/** The programs that were built from these sources. */
export function copyPrograms(dist: string): void {
  cpSync(join(root, 'dist'), dist, { recursive: true });
}

export function listVerbs(): readonly string[] {
  return readdirSync(join(root, 'actions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/**
 * act 0.2.89 refuses two keys that GitHub has since 2026: `environment.deployment` and `concurrency.queue`.
 * It ignores environments and concurrency anyway; `rules.ts` looks at both.
 */
function withoutNewKeys(text: string): string {
  return text.replaceAll(/^ +(?:deployment: false|queue: max)\n/gm, '');
}

/**
 * A starter workflow as somebody who took it has it.
 *
 * @param name `rollback`
 */
export function takeTemplate(name: string, service: string): string {
  return readFileSync(join(root, 'workflows-templates', `${name}.yml`), 'utf8')
    .replaceAll('my-service', service)
    .replaceAll('$default-branch', 'main');
}
