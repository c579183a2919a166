import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { startGitHub } from '../github/index.js';
import { LabError, openLab, type Lab } from '../parts/index.js';
import { makeShopRepository, suiteTag } from '../shop/index.js';
import { formatEnding } from './ending.js';
import { chooseNamespace, requireClusters } from './clusters.js';
import type { Job } from './job.js';
import { runStep } from './runner.js';
import type { Stage } from './stage.js';
import { playStory, type StoryOutcome } from './story.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm run demo`: the life of a shop from its first commit to a second cluster, on real parts. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const isJson = values.json === true;
  const say = (line: string): void => {
    (isJson ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const started = systemClock.monotonicMs();
  const lab = await openLab({ log: say, signal: interrupted.signal });
  const folder = mkdtempSync(join(lab.folder, 'demo-')); // goes with the lab;
  let isKept = false;
  let closeGitHub = (): Promise<void> => Promise.resolve();
  try {
    const { stage, close } = await prepare(lab, folder, say, interrupted.signal);
    closeGitHub = close;
    say(`Ready after ${formatDuration(systemClock.monotonicMs() - started)}.`);
    const outcome = await playStory(stage);
    const took = systemClock.monotonicMs() - started;
    if (values.keep === true) {
      await lab.keep();
      isKept = true;
    }
    for (const line of formatEnding(stage, outcome, { tookMs: took, isKept })) say(line);
    if (isJson) process.stdout.write(`${JSON.stringify(toJson(outcome, took))}\n`);
    if (!outcome.isAsTold) process.exitCode = 1;
  } finally {
    await closeGitHub();
    if (!isKept) await lab.down();
  }
}

const repository = { owner: 'example', name: 'shop' } as const;

async function prepare(
  lab: Lab,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<{ readonly stage: Stage; readonly close: () => Promise<void> }> {
  say('Starting two registries, three clusters and a container engine.');
  await requireClusters(lab);
  const [candidates, production, engine, kubectl, ...clusters] = await Promise.all([
    lab.registry('candidates'),
    lab.registry('production'),
    lab.engine(),
    lab.program('kubectl'),
    lab.cluster('test'),
    lab.cluster('production'),
    lab.cluster('standby'),
  ]);
  const hosts = { candidates: candidates.host, production: production.host };
  const workspace = join(folder, 'workspace');
  const namespace = chooseNamespace(clusters[0]);
  const shop = await makeShopRepository(workspace, { ...hosts, namespace }, signal);
  const github = await startGitHub(process.env['SLIPWAY_CANARY']);
  const reviewers = github.repository(repository.owner, repository.name);
  for (const name of ['production-approval', 'production-major']) {
    reviewers.setEnvironment(name, ['ada']);
  }
  const config = '.github/slipway.yml';
  reviewers.setFile(config, readFileSync(join(workspace, config), 'utf8'));
  const temporaryFolder = join(folder, 'runner');
  mkdirSync(temporaryFolder);
  const plainHttp = `${candidates.host},${production.host}`;
  const path = [engine.programs, dirname(kubectl), process.env['PATH'] ?? ''];
  const job: Job = {
    repository: `${repository.owner}/${repository.name}`,
    workspace,
    temporaryFolder,
    plainHttp,
    environment: {
      ...engine.environment,
      PATH: path.join(delimiter),
      KUBECONFIG: clusters.map(({ kubeconfig }) => kubeconfig).join(delimiter),
      GITHUB_API_URL: github.apiUrl,
      GITHUB_TOKEN: github.token,
      PLAIN_HTTP: plainHttp,
    },
    signal,
    print: (step, line) => {
      const [subject = ''] = step.split(/[: ]/);
      say(`  ${subject} │ ${line.replaceAll('\n', `\n  ${subject} │ `)}`);
    },
  };
  await buildSuiteImage(job, `${candidates.host}/shop/integration-suite`);
  const [test, live, standby] = clusters;
  const stage = {
    job,
    candidates,
    production,
    clusters: { test, production: live, standby },
    namespace,
    engine,
    shop,
    reviewers,
    labFolder: lab.folder,
    root,
    kubectl,
    slipway: [process.execPath, join(root, 'dist/cli/index.js')],
    clock: systemClock,
    say,
  } satisfies Stage;
  return { stage, close: () => github.close() };
}

/** The suite's own image changes seldom: it is there before the story begins. It is no service of the shop. */
async function buildSuiteImage(job: Job, image: string): Promise<void> {
  const workspace = join(job.workspace, 'integration');
  const quiet = { ...job, workspace, print: () => undefined };
  const act = async (action: string, inputs: Readonly<Record<string, string>>) => {
    const { exitCode, outputs, log } = await runStep(quiet, { action, run: { id: 0 }, inputs });
    if (exitCode !== 0) throw new LabError(`the image of the integration suite:\n${log}`);
    return outputs;
  };
  const { layout = '' } = await act('containerized-build', {});
  await act('registry-push', { image, source: layout, tags: suiteTag });
}

function toJson(outcome: StoryOutcome, tookMs: number): object {
  const { isAsTold, steps, client, diagnosisSeconds, history } = outcome;
  return { isAsTold, seconds: tookMs / 1000, steps, client, diagnosisSeconds, history };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
