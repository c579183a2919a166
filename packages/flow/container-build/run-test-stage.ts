import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { withPlace, type ImageBuild } from '@slipway/io/engine';
import { largestReports } from '../test-report/index.js';
import type { TestPlan } from './build-plan.js';
import { judgeTests, withFileFailure } from './judge-tests.js';
import { explainBuild } from './explain-build.js';
import { withRunnerFiles } from './runner-files.js';
import {
  locateTests,
  explainNotStarted,
  planContainer,
  type StageOutcome,
  type StageTools,
} from './stage.js';

/**
 * Builds the stage whose command is the test, then runs it: a stage that cannot be built is not a test that
 * fails. Its reports are taken from the container, which shares nothing with this machine.
 *
 * @param folder the context, relative to the workspace
 */
export async function runTestStage(
  plan: TestPlan,
  build: ImageBuild,
  folder: string,
  tools: StageTools,
): Promise<StageOutcome> {
  const { engine, runtime } = tools;
  const { logger, workspace } = runtime;
  const what = `stage ${plan.target}`;
  const built = await logger.group(`Build the ${what}`, () =>
    engine.buildImage(build, `building the ${what}`),
  );
  if (built.state === 'failed') {
    return { annotations: [], failure: explainBuild(`the ${what}`, built) };
  }
  const wanted = {
    bases: plan.junit.map(({ base }) => base),
    matches: (path: string) => plan.junit.some((glob) => glob.matches(path)),
    mostBytes: largestReports,
  };
  const { answer: end, failure } = await logger.group(`Test: run the ${what}`, () =>
    withRunnerFiles(what, runtime, (files) =>
      withVariables(plan, tools, (variablesFile) =>
        engine.runContainer(
          { ...planContainer(built.image, plan, files), ...variablesFile },
          `testing in the ${what}`,
          wanted,
        ),
      ),
    ),
  );
  if (end.state === 'not-started') {
    return { annotations: [], failure: explainNotStarted(what, end) };
  }
  const patterns = plan.junit.map(({ text }) => text).join(', ');
  const absent = new SlipwayError(
    'test-report-invalid',
    `the ${what} left no test report: nothing that it wrote in ${end.workdir} matches ${patterns}`,
    { fix: 'Let the tests write JUnit XML there, or say with the input junit where it is.' },
  );
  const verdict = judgeTests(
    { ...end, what, isTest: true, reports: end.files, absent },
    runtime.redact,
  );
  const roots = { workdir: end.workdir, folder, workspace };
  return { ...withFileFailure(verdict, failure), ...(await locateTests(verdict, roots)) };
}

/** Values are in a file that only we read, so that none is seen in a list of processes. */
async function withVariables<T>(
  { settings }: TestPlan,
  { runtime }: StageTools,
  work: (variablesFile: { readonly variablesFile?: string }) => Promise<T>,
): Promise<T> {
  if (settings.length === 0) return work({});
  return withPlace(runtime.temporaryFolder, async (place) => {
    const variablesFile = join(place, 'variables');
    await writeFile(variablesFile, [...settings, ''].join('\n'), { mode: 0o600 });
    return work({ variablesFile });
  });
}
