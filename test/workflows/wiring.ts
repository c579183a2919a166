import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { openLab } from '@slipway/lab/parts';
import {
  listVerbs,
  runAct,
  takeTemplate,
  writeRelease,
  type ActResult,
  type ActRun,
} from './act.js';

/** What a verb does in place of its work. */
export interface Answer {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly exitCode?: number;
}

/** What a verb was given. */
export interface Call {
  readonly job: string;
  readonly verb: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** The workflows around verbs that only say what they were given, and answer with what they are told. */
export interface Wiring {
  /** @param answers by verb, and its mode where it has one: `promote-to-prod plan` */
  run(
    answers: Readonly<Record<string, Answer>>,
    what: ActRun,
  ): Promise<ActResult & { readonly calls: readonly Call[] }>;
  close(): Promise<void>;
}

export async function openWiring(): Promise<Wiring> {
  const lab = await openLab();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-wiring-'));
  const release = join(folder, 'release');
  writeRelease(release, writeStandIns);
  const act = { program: await lab.program('act'), folder, release };
  const repository = join(folder, 'repository');
  await writeRepository(repository);
  return {
    run: async (answers, what) => {
      const standIn = join(folder, 'stand-in');
      rmSync(join(folder, 'artifacts'), { recursive: true, force: true });
      mkdirSync(standIn, { recursive: true });
      writeFileSync(join(standIn, 'answers.json'), JSON.stringify(answers));
      writeFileSync(join(standIn, 'calls'), '');
      const env = { SLIPWAY_STAND_IN: standIn };
      const result = await runAct(act, repository, { ...what, env });
      const calls = readFileSync(join(standIn, 'calls'), 'utf8').trim().split('\n').filter(Boolean);
      return { ...result, calls: calls.map((line) => JSON.parse(line) as Call) };
    },
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await lab.close();
    },
  };
}

/** Every verb is the same small program, which says what it was given. */
function writeStandIns(dist: string): void {
  for (const verb of listVerbs()) {
    cpSync(join(import.meta.dirname, 'stand-ins/verb'), join(dist, verb), { recursive: true });
  }
}

async function writeRepository(repository: string): Promise<void> {
  const workflows = join(repository, '.github/workflows');
  mkdirSync(workflows, { recursive: true });
  for (const name of ['pull-request', 'continuous-delivery', 'rollback']) {
    writeFileSync(join(workflows, `${name}.yml`), takeTemplate(name, 'orders'));
  }
  const git = async (...args: readonly string[]): Promise<unknown> =>
    runCommand(['git', '-c', 'user.name=ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: repository,
    });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', 'https://github.com/shop/shop');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'feat: the shop');
}
