import { SlipwayError, describeError } from '@slipway/core/errors';
import {
  formatIdentity,
  identify,
  recordsAt,
  textAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { followSuite, type FollowOptions } from './follow-suite.js';
import type { SuiteEnd, SuiteLog } from './judge-suite.js';

export interface SuiteOutcome {
  readonly end: SuiteEnd;
  /** Of the last pod's containers, in the order of the manifest, as they were written. */
  readonly logs: readonly SuiteLog[];
}

const fieldManager = 'slipway';

/**
 * Has the API check the Job, and creates nothing.
 *
 * @throws ClusterError when it would be refused
 */
export async function checkSuite(cluster: Cluster, job: KubernetesObject): Promise<void> {
  await cluster.apply(job, { fieldManager, dryRun: true });
}

/**
 * Creates the Job of a suite, waits for its end and reads its log. Whatever happens, also when the run is
 * cancelled, the Job is gone afterwards.
 *
 * @throws SlipwayError `integration-errored` when a Job of that name is there; what the cluster throws; the
 * signal's reason
 */
export async function runSuite(
  cluster: Cluster,
  job: KubernetesObject,
  options: FollowOptions,
): Promise<SuiteOutcome> {
  const { logger, signal } = options;
  const identity = identify(job);
  const who = formatIdentity(identity);
  if ((await cluster.get(identity)) !== undefined) throw alreadyThere(who);
  signal.throwIfAborted();
  const created = await cluster.apply(job, { fieldManager });
  logger.info(`${who} is created`);
  try {
    const { end, pods } = await followSuite(cluster, created, options);
    const pod = pods.at(-1);
    return { end, logs: pod === undefined ? [] : await readLogs(cluster, pod) };
  } finally {
    await remove(cluster, created, options);
  }
}

function alreadyThere(who: string): SlipwayError {
  return new SlipwayError('integration-errored', `${who} is there already`, {
    fix: 'An earlier attempt of this step may have been killed: delete the Job, or run the job again.',
  });
}

/** A Job that stays behind ends by itself; that must not hide what the suite found. */
async function remove(
  cluster: Cluster,
  created: KubernetesObject,
  { logger }: FollowOptions,
): Promise<void> {
  const { uid } = created.metadata;
  try {
    await cluster.remove(identify(created), uid === undefined ? {} : { uid });
  } catch (error) {
    logger.warning(
      `${formatIdentity(identify(created))} could not be deleted: ${describeError(error)}`,
    );
  }
}

async function readLogs(cluster: Cluster, pod: KubernetesObject): Promise<readonly SuiteLog[]> {
  const containers = recordsAt(pod, 'spec', 'containers').flatMap(
    (container) => textAt(container, 'name') ?? [],
  );
  return Promise.all(
    containers.map(async (container) => ({
      container,
      text: await readEnd(cluster, pod, container),
    })),
  );
}

const mostLines = 16_384;

/**
 * As much of a log as one answer holds, and its end in any case: where the answer is cut, the API leaves out
 * the last lines and not the first.
 */
async function readEnd(
  cluster: Cluster,
  { metadata: { name, namespace = 'default' } }: KubernetesObject,
  container: string,
): Promise<string> {
  const read = (tailLines: number): Promise<string> =>
    cluster.readLog({ namespace, pod: name, container, previous: false, tailLines });
  const lastLine = await read(1);
  for (let lines = mostLines; lines > 1; lines /= 2) {
    const text = await read(lines);
    if (text.endsWith(lastLine)) return text;
  }
  return lastLine;
}
