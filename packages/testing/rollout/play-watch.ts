import { identify, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import { createRecordingLogger, type RecordingLogger } from '../logger/index.js';
import { createSceneCluster, type SceneOptions } from './scene-cluster.js';
import { appliedAt, deployment } from './scene.js';

export interface WatchPlay extends SceneOptions {
  /** What else is waited for, beside Deployment shop/catalog. */
  readonly more?: readonly KubernetesObject[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What a watch is given. */
interface Watched {
  readonly workloads: readonly ObjectIdentity[];
  readonly fieldManager: string;
  readonly since: Date;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  readonly signal: AbortSignal;
}

/** Lets somebody watch a cluster that shows one scene after the other. */
export async function playWatch<Result>(
  watch: (cluster: Cluster, options: Watched) => Promise<Result>,
  { more = [], timeoutMs = 60_000, signal, ...scenes }: WatchPlay,
): Promise<{
  readonly result: Result;
  readonly lines: readonly string[];
  readonly requests: readonly string[];
  /** Watches that nobody has ended. */
  readonly open: number;
}> {
  const { cluster, clock, requests, countOpen } = createSceneCluster(scenes);
  const logger = createRecordingLogger();
  const result = await watch(cluster, {
    workloads: [deployment(), ...more].map(identify),
    fieldManager: 'slipway-catalog',
    since: appliedAt,
    deadlineMs: timeoutMs,
    clock,
    logger,
    signal: signal ?? new AbortController().signal,
  });
  return { result, lines: logger.lines, requests, open: countOpen() };
}
