import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster, type ServiceAnswer } from '@slipway/io/cluster';
import { LabError } from '../errors/index.js';
import { bundleProgram } from '../node-program/index.js';
import type { Caller, CallerOptions, RawTally } from './caller.js';
import { callerPort, describePodCaller, type PodCallerPlace } from './pod-objects.js';

export interface PodCallerStage extends PodCallerPlace {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const tallyTimeoutMs = 10_000;
/** The last request may have to wait as long as its caller is patient. */
const stopTimeoutMs = 60_000;

/** The same as `startCaller`, in a pod; what it has seen comes through the API server. */
export async function startPodCaller(
  stage: PodCallerStage,
  options: CallerOptions,
): Promise<Caller> {
  const { cluster, clock, signal, namespace } = stage;
  const name = `client-${randomBytes(4).toString('hex')}`;
  const objects = describePodCaller(name, stage, { program: await bundleCaller(), options });
  const remove = async (): Promise<void> => {
    for (const object of objects) await cluster.remove(identify(object));
  };
  const forsake = (): void => void remove().catch(() => undefined); // it goes with its namespace
  signal.addEventListener('abort', forsake, { once: true });
  const ask = (path: string, timeoutMs: number): Promise<ServiceAnswer> =>
    cluster.requestService({ namespace, service: name, port: String(callerPort), path, timeoutMs });
  for (const object of objects) await cluster.create(object);
  while (!(await isAnswered(() => ask('/tally', tallyTimeoutMs)))) await clock.sleep(100, signal);
  let last: Promise<RawTally> | undefined;
  const stop = async (): Promise<RawTally> => {
    signal.removeEventListener('abort', forsake);
    const tally = readTally(await ask('/stop', stopTimeoutMs));
    await remove();
    return tally;
  };
  return {
    tally: async () => last ?? readTally(await ask('/tally', tallyTimeoutMs)),
    stop: () => (last ??= stop()),
  };
}

/** The API server learns of a new Service a moment later than it stores it. */
async function isAnswered(ask: () => Promise<ServiceAnswer>): Promise<boolean> {
  try {
    return (await ask()).status === 200;
  } catch (error) {
    if (error instanceof ClusterError && error.status === 404) return false;
    throw error;
  }
}

/** @throws LabError where the pod does not answer any more: nobody knows what it has seen */
function readTally({ status, body }: ServiceAnswer): RawTally {
  if (status !== 200) throw new LabError(`the client's pod answered with ${status}: ${body}`);
  return JSON.parse(body) as RawTally; // our own program wrote it
}

async function bundleCaller(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-caller-'));
  try {
    const file = join(folder, 'caller.mjs');
    await bundleProgram(new URL('pod-main.ts', import.meta.url), file);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
