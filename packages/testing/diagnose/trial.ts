import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { PinnedReference } from '@slipway/core/image-ref';
import {
  deploy,
  renderBundle,
  type DeploymentContext,
  type DeployRequest,
} from '@slipway/flow/deployment';
import { systemClock } from '@slipway/io/clock';
import type { CallingClient } from '@slipway/lab/client';
import { createTestContext } from '../service/index.js';
import { toolsOnPath } from '../tools/index.js';
import { findProblems, type Seen } from './judge.js';
import { web } from './manifests.js';
import { observeSignal } from './observer.js';
import { openPlace, type OpenPlace } from './place.js';
import type { DiagnoseRow } from './row.js';
import type { DiagnoseStage } from './stage.js';
import { createTimedLogger, type TimedLogger } from './timed-logger.js';

export interface RowResult extends Seen {
  readonly row: string;
  /** What is not as it must be. */
  readonly problems: readonly string[];
  /** What was told, for a person who looks why. */
  readonly lines: readonly string[];
}

export interface TrialOptions {
  /** Of the client; 0 for none. */
  readonly requestsPerSecond: number;
  /** Whether verdicts must come in time, too. */
  readonly isTimed: boolean;
}

const service = 'web';

/** Deploys a good release, then the row’s, through the whole path, and looks at what is said and served. */
export async function runRow(
  stage: DiagnoseStage,
  row: DiagnoseRow,
  options: TrialOptions,
): Promise<RowResult> {
  const place = await openPlace(stage, row.hasGate === true);
  const logger = createTimedLogger();
  const ending = new AbortController();
  try {
    const { registryHost } = stage.stage;
    const surroundings = { registryHost, cluster: place.deploysTo, client: stage.client, logger };
    const context = createTestContext(surroundings, { service, ...place });
    const good = { objects: [...web(), ...(row.first ?? [])] };
    const first = await deploy(context, await makeRequest(stage, place, context, good));
    if (first.status !== 'succeeded') throw new Error(`the first release: ${first.status}`);
    await row.before?.(place);
    const seen = await runSecond(
      stage,
      row,
      { place, context, logger, end: ending.signal },
      options,
    );
    const lines = logger.lines.map(({ line }) => line);
    return { row: row.name, ...seen, problems: findProblems(row, seen, options.isTimed), lines };
  } finally {
    ending.abort();
    await row.after?.(place);
    await place.close();
  }
}

interface Ready {
  readonly place: OpenPlace;
  readonly context: DeploymentContext;
  readonly logger: TimedLogger;
  /** Ends what goes on beside it. */
  readonly end: AbortSignal;
}

async function runSecond(
  stage: DiagnoseStage,
  row: DiagnoseRow,
  { place, context, logger, end }: Ready,
  { requestsPerSecond }: TrialOptions,
): Promise<Seen> {
  const request = await makeRequest(stage, place, context, row);
  const { signal } = row;
  const observer =
    signal === undefined
      ? undefined
      : await observeSignal(place.cluster, place.namespace, signal, end);
  const client =
    requestsPerSecond === 0 ? undefined : await callService(stage, place, requestsPerSecond, end);
  const skip = logger.lines.length;
  const startedMs = systemClock.monotonicMs();
  const meanwhile = runMeanwhile(row, place, logger, skip);
  const outcome = await tryDeploy(context, request);
  const endedMs = systemClock.monotonicMs();
  const asideProblem = await meanwhile;
  const visibleMs = await observer?.stop();
  const tally = (await client?.stop()) ?? { requests: 0, failed: 0, failures: [] };
  const times = logger.lines.slice(skip);
  const timeOf = (prefix: string): number | undefined =>
    times.find(({ line }) => line.startsWith(prefix))?.atMs;
  const verdictMs = timeOf('✗ ') ?? endedMs;
  const applyMs = timeOf('[group] Apply ') ?? startedMs;
  const rollbackMs = timeOf('Rolling back: ');
  return {
    ...outcome,
    applyToVerdictMs: verdictMs - applyMs,
    ...(visibleMs === undefined ? {} : { visibleToVerdictMs: verdictMs - visibleMs }),
    ...(visibleMs === undefined || rollbackMs === undefined
      ? {}
      : { visibleToRollbackMs: rollbackMs - visibleMs }),
    client: tally,
    ...(asideProblem === undefined ? {} : { asideProblem }),
  };
}

/** What happens beside the second release, once its apply has begun. */
async function runMeanwhile(
  { meanwhile }: DiagnoseRow,
  place: OpenPlace,
  logger: TimedLogger,
  skip: number,
): Promise<string | undefined> {
  if (meanwhile === undefined) return undefined;
  const untilMs = systemClock.monotonicMs() + 60_000;
  const hasBegun = (): boolean =>
    logger.lines.slice(skip).some(({ line }) => /^(?:created|configured): Deployment/.test(line));
  while (!hasBegun()) {
    if (systemClock.monotonicMs() > untilMs) return 'the second release was never applied';
    await systemClock.sleep(20);
  }
  try {
    await meanwhile(place);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

async function tryDeploy(
  context: DeploymentContext,
  request: DeployRequest,
): Promise<Pick<Seen, 'status' | 'code' | 'sentence'>> {
  try {
    const { status, failure } = await deploy(context, request);
    return { status, code: failure?.code ?? '', sentence: failure?.message ?? '' };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { status: 'refused', code: error.code, sentence: error.message };
  }
}

/** A release with nothing special is the good one before the row’s. */
type Release = Pick<DiagnoseRow, 'objects'> & Partial<DiagnoseRow>;

async function makeRequest(
  stage: DiagnoseStage,
  { namespace, folder, row: name }: OpenPlace,
  { client, logger }: DeploymentContext,
  release: Release,
): Promise<DeployRequest> {
  const isFirst = release.status === undefined;
  const text = release.objects.map((object) => JSON.stringify(object)).join('\n---\n');
  writeFileSync(join(folder, 'app.yaml'), text);
  const bundle = await renderBundle(
    { client, tools: toolsOnPath, logger },
    {
      service,
      environment: 'test',
      namespace,
      source: { kind: 'manifests', paths: ['app.yaml'] },
      images: [{ name: 'app', image: chooseImage(stage, name, release) }],
      labelsFrom: stage.first,
      thirdPartyImages: 'fail',
      version: isFirst ? '1.0.0' : '1.1.0',
      ...(release.smokePath === undefined
        ? {}
        : { smokeTest: { path: release.smokePath, timeoutMs: 3000 } }),
      soakMs: release.soakMs ?? 0,
      dependsOn: [],
      workspace: folder,
    },
  );
  const timeoutMs = release.timeoutMs ?? 180_000;
  const common = { onFailure: 'rollback', conflicts: 'fail', prune: true } as const;
  return { bundle, intent: 'deploy', timeoutMs, ...common };
}

function chooseImage(
  stage: DiagnoseStage,
  name: string,
  { status, image }: Release,
): PinnedReference {
  if (status === undefined) return stage.first;
  if (image === 'registry') return stage.throughMoods(name);
  return image === 'missing' ? stage.nowhere : stage.second;
}

/** A machine that is busy is slow; a service that is gone refuses at once. */
const patienceMs = 5000;

function callService(
  { stage }: DiagnoseStage,
  { namespace }: OpenPlace,
  perSecond: number,
  end: AbortSignal,
): Promise<CallingClient> {
  const call = { namespace, service: 'web', path: '/healthz', name: (body: string) => body };
  return stage.startClient([call], end, { everyMs: 1000 / perSecond, patienceMs });
}
