import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { readHostUser, type ContainerOutcome, type ContainerRun } from '@slipway/io/engine';
import { findReports, readNewReports } from '../test-report/index.js';
import type { CommandPlan } from './build-plan.js';
import { judgeTests, withFileFailure } from './judge-tests.js';
import { withRunnerFiles, type RunnerFiles } from './runner-files.js';
import {
  annotateTests,
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
  const verdict = judgeTests({
    ...end,
    what,
    isTest: false,
    ...(plan.junit === undefined
      ? {}
      : { reports: await readNewReports(folder, { before, after }) }),
    absent: explainAbsence(plan, [...after.keys()]),
  });
  const roots = { workdir: folder, folder: plan.folder, workspace };
  const annotations =
    verdict.results === undefined ? [] : await annotateTests(verdict.results, roots);
  return { ...withFileFailure(verdict, failure), annotations };
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

/** The script and the variables are files, so that neither is seen in a list of processes. */
async function withScript(
  plan: CommandPlan,
  { runtime }: StageTools,
  files: RunnerFiles,
  work: (container: ContainerRun) => Promise<ContainerOutcome>,
): Promise<ContainerOutcome> {
  const place = await mkdtemp(join(runtime.temporaryFolder, 'slipway-run-'));
  try {
    await chmod(place, 0o755); // another user, whom the input user names, reads the script too
    const [script, home] = [join(place, 'run.sh'), join(place, 'home')];
    const variablesFile = join(place, 'variables');
    await mkdir(home);
    await writeFile(script, `${plan.script}\n`);
    const hostUser = plan.user === undefined ? readHostUser() : undefined;
    // a user that the image does not know has no home there, and tools want one
    const homes = hostUser === undefined ? [] : [`HOME=${home}`];
    await writeFile(variablesFile, [...homes, ...plan.settings, ''].join('\n'), { mode: 0o600 });
    const container = planContainer(plan.image, plan, files);
    return await work({
      ...container,
      ...(hostUser === undefined ? {} : { user: hostUser }),
      command: ['sh', '-e', script],
      workdir: join(runtime.workspace, plan.folder),
      variablesFile,
      shared: [...new Set([runtime.workspace, place, ...container.shared])],
    });
  } finally {
    // a cache in the home may be read-only; the runner empties this folder after the job
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}
