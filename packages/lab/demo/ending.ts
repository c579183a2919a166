import { formatDuration } from '@slipway/core/duration';
import type { Stage } from './stage.js';
import type { StoryOutcome } from './story.js';

/** The last screen: each step with its time, the client, the ledger, and where to look further. */
export function formatEnding(
  stage: Stage,
  { steps, client, diagnosisSeconds, table, isAsTold }: StoryOutcome,
  { tookMs, isKept }: { readonly tookMs: number; readonly isKept: boolean },
): readonly string[] {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const answers = Object.entries(client.answers).map(([answer, count]) => `${answer}: ${count}`);
  return [
    '',
    ...steps.map(
      ({ name, seconds, isAsTold: isStepAsTold }) =>
        `${isStepAsTold ? '✔' : '✘'} ${name.padEnd(width)}  ${formatDuration(seconds * 1000)}`,
    ),
    '',
    `The client of production: ${client.requests} requests, ${client.failed} failed (${answers.join(', ')})`,
    ...client.failures,
    `The bad release was diagnosed ${diagnosisSeconds.toFixed(1)} s after its deployment started`,
    '',
    'What is where:',
    table.trimEnd(),
    '',
    ...formatFurther(stage, isKept),
    `${isAsTold ? 'Everything went as the story says' : 'NOT everything went as the story says'}, in ${formatDuration(tookMs)}.`,
  ];
}

function formatFurther(
  { clusters, namespace, job, slipway, labFolder, root }: Stage,
  isKept: boolean,
): readonly string[] {
  if (!isKept) {
    return [
      'npm run demo -- --keep leaves everything up, to look at it with kubectl and slipway.',
      '',
    ];
  }
  const command = slipway.join(' ');
  const orders = '--service orders --environment production --plain-http "$PLAIN_HTTP"';
  return [
    'Everything is still up:',
    `  cd ${job.workspace}`,
    `  export KUBECONFIG=${job.environment['KUBECONFIG'] ?? ''}`,
    `  export PLAIN_HTTP=${job.environment['PLAIN_HTTP'] ?? ''}`,
    `  kubectl --context ${clusters.production.context} -n ${namespace} get pods`,
    `  ${command} history ${orders}`,
    `  ${command} verify ${orders}`,
    `  ${command} rollback --to 1.0.0 --reason 'only looking' --dry-run ${orders}`,
    `  ${command} release-status --system system.yml --plain-http "$PLAIN_HTTP"`,
    `  LAB_DIR=${labFolder} npm --prefix ${root} run lab -- down`,
    '',
  ];
}
