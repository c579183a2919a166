import { median } from '../instruments/index.js';
import { formatJudgement, formatPairTable, writeReport } from '../report/index.js';
import { changes, type Change, type DeployResult, type DeployRun, type ToolName } from './cases.js';
import { judgeResult } from './limits.js';
import { parseOptions, type BenchOptions } from './options.js';
import { openStage, type Stage } from './stage.js';

/**
 * `npm run bench -- deploy [--workloads 1,10] [--rounds n]`: an unchanged deployment and one of a good version,
 * of 1, 10 and 50 Deployments, beside `kubectl apply --server-side` followed by `kubectl rollout status` of each.
 * Prints a table, and a line of JSON last.
 *
 * @throws Error in one sentence
 */
export async function runDeployBench(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const stage = await openStage(say);
  try {
    const results: DeployResult[] = [];
    for (const workloads of options.workloads) {
      await stage.open(workloads);
      results.push(...summarise(workloads, await runRounds(stage, workloads, options)));
      await stage.clear(workloads);
    }
    const judged = results.map(judgeResult);
    const table = formatPairTable(judged, 'kubectl');
    if (options.isWhole) say(`wrote ${writeResult(table, options)}`);
    process.stdout.write(`${table}\n\n${formatJudgement('deploy', judged)}\n`);
  } finally {
    await stage.end();
  }
}

/** The first round makes everything, and is not counted. Who begins changes from round to round. */
async function runRounds(
  stage: Stage,
  workloads: number,
  { rounds }: BenchOptions,
): Promise<readonly DeployRun[]> {
  const runs: DeployRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const order: readonly ToolName[] = round % 2 === 0 ? ['ours', 'kubectl'] : ['kubectl', 'ours'];
    const images = new Map<ToolName, string>();
    for (const tool of order)
      images.set(tool, await stage.push(`1.${round}.0`, `${tool}-${workloads}`));
    for (const change of changes) {
      for (const tool of order) {
        const run = await measure(stage, {
          tool,
          workloads,
          change,
          image: images.get(tool) ?? '',
        });
        if (round > 0) runs.push(run);
      }
    }
    say(`${workloads} workloads, round ${round} of ${rounds}`);
  }
  return runs;
}

async function measure(
  stage: Stage,
  work: Omit<DeployRun, 'wallMs'> & { readonly image: string },
): Promise<DeployRun> {
  const { tool, workloads, change, image } = work;
  const { wallMs, exitCode, stdout, stderr } = await stage.stopwatch.measure(
    stage.prepare(tool, workloads, image),
  );
  if (exitCode !== 0) {
    throw new Error(`${tool} failed with exit code ${exitCode}: ${stdout}${stderr}`);
  }
  return { tool, workloads, change, wallMs };
}

function summarise(workloads: number, runs: readonly DeployRun[]): readonly DeployResult[] {
  const medianOf = (tool: ToolName, change: Change): number =>
    median(
      runs.filter((run) => run.tool === tool && run.change === change).map(({ wallMs }) => wallMs),
    );
  return changes.map((change) => ({
    workloads,
    change,
    wallMs: { ours: medianOf('ours', change), kubectl: medianOf('kubectl', change) },
  }));
}

function writeResult(table: string, { rounds }: BenchOptions): string {
  return writeReport(
    'deploy',
    'Deploying, beside kubectl',
    [`Node ${process.versions.node}`, 'Kubernetes 1.34'],
    [
      `Medians of ${rounds} rounds in which both have their turn, on one cluster, each in a namespace of its own. Deployments of one replica with a readiness probe. Slipway is the packaged action k8s-deploy as a runner starts it, from its start to its end, with the record in a registry and the lock in the cluster, without a smoke test; kubectl is \`kubectl apply --server-side\` of the same manifests, followed by \`kubectl rollout status\` of each Deployment. One workload may take 1.1 times as long as with kubectl or 1.5 s longer, whichever is more; ten and fifty may take no longer.`,
      table,
    ],
  );
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
