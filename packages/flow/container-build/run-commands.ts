import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import {
  readHostUser,
  readOwner,
  withPlace,
  type BuildSecret,
  type ContainerOutcome,
  type ContainerRun,
  type Mount,
} from '@slipway/io/engine';
import { findReports, readNewReports } from '../test-report/index.js';
import type { CommandPlan } from './build-plan.js';
import { isIn, isInHome, planCaches } from './caches.js';
import { judgeTests, withFileFailure } from './judge-tests.js';
import { keepOwner } from './keep-owner.js';
import { withRunnerFiles, type RunnerFiles } from './runner-files.js';
import {
  locateTests,
  explainNotStarted,
  planContainer,
  type StageOutcome,
  type StageTools,
} from './stage.js';

/**
 * Runs commands in an image, in the workspace at the path that it has on this machine, as the user of this
 * machine: what they write is as if they had run here.
 */
export async function runCommands(plan: CommandPlan, tools: StageTools): Promise<StageOutcome> {
  const { workspace } = tools.runtime;
  const folder = join(workspace, plan.folder);
  const what = `run in ${plan.image}`;
  const before = await findReports(folder, plan.junit ?? []);
  const { answer: end, failure } = await withRunnerFiles(what, tools.runtime, (files) =>
    withScript(plan, tools, files, (container) =>
      tools.engine.runContainer(container, `running the commands in ${plan.image}`),
    ),
  );
  if (end.state === 'not-started') {
    return { annotations: [], failure: explainNotStarted(what, end) };
  }
  const after = await findReports(folder, plan.junit ?? []);
  const stage = {
    ...end,
    what,
    isTest: false,
    ...(plan.junit === undefined
      ? {}
      : { reports: await readNewReports(folder, { before, after }) }),
    absent: explainAbsence(plan, [...after.keys()]),
  };
  const verdict = judgeTests(stage, tools.runtime.redact);
  const roots = { workdir: folder, folder: plan.folder, workspace };
  return { ...withFileFailure(verdict, failure), ...(await locateTests(verdict, roots)) };
}

function explainAbsence({ image, junit }: CommandPlan, old: readonly string[]): SlipwayError {
  const patterns = (junit ?? []).map(({ text }) => text).join(', ');
  const why =
    old.length === 0
      ? `nothing in the workspace matches ${patterns}`
      : `${old.join(', ')} ${old.length === 1 ? 'is' : 'are'} from before`;
  return new SlipwayError(
    'test-report-invalid',
    `the run in ${image} left no test report: ${why}`,
    { fix: 'Let the tests write JUnit XML there, or leave the input junit out if none run here.' },
  );
}

/**
 * The script and the variables are files, so that neither is seen in a list of processes, in a folder that only we can
 * look into: what is shared of it may be read by whomever the input user names.
 */
async function withScript(
  plan: CommandPlan,
  tools: StageTools,
  files: RunnerFiles,
  work: (container: ContainerRun) => Promise<ContainerOutcome>,
): Promise<ContainerOutcome> {
  const { runtime } = tools;
  return withPlace(runtime.temporaryFolder, async (own) => {
    const place = join(own, 'run');
    await mkdir(place);
    await chmod(place, 0o755);
    const container = await prepareRun(plan, tools, files, place);
    const kept = await listWritten(plan, place, runtime);
    const what = `run in ${plan.image}`;
    return keepOwner({ what, image: plan.image, folders: kept }, tools, () => work(container));
  });
}

/** Folders of this machine in which the commands may write as somebody else than the user of this machine. */
async function listWritten(
  { user, cacheFolder }: CommandPlan,
  place: string,
  { workspace }: StageTools['runtime'],
): Promise<readonly string[]> {
  const owner = await readOwner(workspace);
  const isOwn = user === undefined && owner?.uid === process.getuid?.();
  const isApart = cacheFolder !== undefined && !isIn(workspace, cacheFolder);
  const kept = isApart ? [cacheFolder] : []; // in the workspace a link could lead out of it
  return isOwn ? [] : [workspace, place, ...kept];
}

async function prepareRun(
  plan: CommandPlan,
  { runtime }: StageTools,
  files: RunnerFiles,
  place: string,
): Promise<ContainerRun> {
  const [script, home] = [join(place, 'run.sh'), join(place, 'home')];
  const variablesFile = join(place, 'variables');
  await mkdir(home);
  await writeFile(script, `${plan.script}\n`);
  const hostUser = plan.user === undefined ? readHostUser() : undefined;
  // a user that the image does not know has no home there, and tools want one; caches in it are here
  const isHere = hostUser !== undefined || plan.caches.some(isInHome);
  const homes = isHere ? [`HOME=${home}`] : [];
  await writeFile(variablesFile, [...homes, ...plan.settings, ''].join('\n'), { mode: 0o600 });
  const container = planContainer(plan.image, plan, files);
  const caches = await planCaches(plan.caches, plan.cacheFolder, {
    folders: [runtime.workspace, join(runtime.workspace, plan.folder)],
    home,
    workspace: runtime.workspace,
    repository: runtime.run.repository,
  });
  if (plan.user !== undefined) await openFolders(home);
  const secrets = await writeSecrets(plan.secrets, join(place, 'secrets'), runtime);
  return {
    ...container,
    ...(hostUser === undefined ? {} : { user: hostUser }),
    command: ['sh', '-e', script],
    workdir: join(runtime.workspace, plan.folder),
    variablesFile,
    shared: [...new Set([runtime.workspace, place, ...container.shared])],
    mounts: [...caches, ...secrets],
  };
}

/** Whomever the input user names may write to a home that nobody else of this machine gets to. */
async function openFolders(home: string): Promise<void> {
  const inside = await readdir(home, { recursive: true });
  for (const folder of [home, ...inside.map((path) => join(home, path))]) {
    await chmod(folder, 0o777);
  }
}

/** Files that the user of the container reads at `/run/secrets`, in a folder that only we can look into. */
async function writeSecrets(
  secrets: readonly BuildSecret[],
  folder: string,
  runtime: StageTools['runtime'],
): Promise<readonly Mount[]> {
  if (secrets.length > 0) await mkdir(folder, { mode: 0o700 });
  return Promise.all(
    secrets.map(async (secret): Promise<Mount> => {
      const source = join(folder, secret.id);
      const value =
        'file' in secret
          ? await readFile(secret.file)
          : (runtime.readSecretVariable(secret.variable)?.reveal() ?? '');
      await writeFile(source, value, { mode: 0o444 });
      return { kind: 'file', source, target: `/run/secrets/${secret.id}` };
    }),
  );
}
