import { formatDuration } from '@slipway/core/duration';
import type { Stage, StoryOutcome } from './story.js';

/** The last screen: each step with its time, the client, the ledger, and where to look further. */
export function formatEnding(
  stage: Stage,
  { steps, client, diagnosisSeconds, table, isAsTold }: StoryOutcome,
  { tookMs, isKept }: { readonly tookMs: number; readonly isKept: boolean },
): readonly string[] {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const versions = Object.entries(client.versions).map(
    ([version, count]) => `${version}: ${count}`,
  );
  return [
    '',
    ...steps.map(
      ({ name, seconds, isAsTold: isStepAsTold }) =>
        `${isStepAsTold ? '✔' : '✘'} ${name.padEnd(width)}  ${formatDuration(seconds * 1000)}`,
    ),
    '',
    `The client: ${client.requests} requests, ${client.failed} failed (${versions.join(', ')})`,
    ...client.failures,
    `The bad release was diagnosed ${diagnosisSeconds.toFixed(1)} s after its deployment started`,
    '',
    'The ledger of catalog in test:',
    table.trimEnd(),
    '',
    ...formatFurther(stage, isKept),
    `${isAsTold ? 'Everything went as the story says' : 'NOT everything went as the story says'}, in ${formatDuration(tookMs)}.`,
  ];
}

function formatFurther(
  { cluster, registry, job, slipway }: Stage,
  isKept: boolean,
): readonly string[] {
  if (!isKept) {
    return [
      'npm run demo -- --keep leaves everything up, to look at it with kubectl and slipway.',
      '',
    ];
  }
  const record = `--service catalog --environment test --image ${registry.host}/shop/catalog --plain-http ${registry.host}`;
  const place = `--kubeconfig ${cluster.kubeconfig} --context ${cluster.context}`;
  const command = slipway.join(' ');
  return [
    'Everything is still up:',
    `  kubectl --kubeconfig ${cluster.kubeconfig} -n shop get pods`,
    `  cd ${job.workspace}`,
    `  ${command} history ${record}`,
    `  ${command} verify ${record} ${place}`,
    `  ${command} rollback --to 1.0.0 --reason 'only looking' --dry-run ${record} ${place}`,
    `  curl http://${registry.host}/v2/shop/catalog-ledger/tags/list`,
    '  npm run lab -- down',
    '',
  ];
}
