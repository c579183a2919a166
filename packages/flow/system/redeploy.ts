import { join } from 'node:path';
import type { SlipwayError } from '@slipway/core/errors';
import {
  deploy,
  finishKilled,
  openDeployment,
  planDeploy,
  rememberEnd,
  type DeploymentOutcome,
  type DeploymentPlace,
} from '../deployment/index.js';
import { resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';
import { toSlipwayError, type Runtime } from '../runtime/index.js';
import { copyBundle } from './copy-bundle.js';
import type { PlannedService, RedeployPlan } from './plan-redeploy.js';
import { runWaves } from './run-waves.js';
import { refuseSamePlace } from './same-place.js';
import { createServiceLogger } from './service-logger.js';
import { shareConnections } from './share-connections.js';

export type RedeployStatus =
  'planned' | 'unchanged' | 'succeeded' | 'failed' | 'refused' | 'skipped';

/** What became of a service. */
export interface ServiceResult {
  readonly service: PlannedService;
  /** From 1. */
  readonly wave: number;
  readonly status: RedeployStatus;
  /** Absent where nothing was begun. */
  readonly durationMs?: number;
  /** Why it was skipped. */
  readonly reason?: string;
  readonly failure?: SlipwayError;
  /** Absent where nothing was begun. */
  readonly outcome?: DeploymentOutcome;
}

export interface RedeployOptions {
  /** Where the target is; each service adds its record. */
  readonly target: Pick<DeploymentPlace, 'namespace' | 'registry' | 'cluster'>;
  /** How many services of a wave at once. */
  readonly parallel: number;
  readonly conflicts: 'fail' | 'take';
  /** For each rollout. */
  readonly timeoutMs: number;
  /** Ask the cluster about everything, and write nothing. */
  readonly isDryRun: boolean;
}

/**
 * Makes the bundles of a plan live, wave by wave, each through the path of every deployment. What one service
 * fails at stops those that need it, and nothing else. What is live there already is left as it is: a second
 * run goes on where the first one stopped.
 *
 * @returns what became of each service, in the order of the waves
 * @throws SlipwayError `invalid-input` when the target is the source, before anything is written
 */
export async function redeploy(
  runtime: Runtime,
  plan: RedeployPlan,
  options: RedeployOptions,
): Promise<readonly ServiceResult[]> {
  const shared = shareConnections(runtime);
  const { logger, signal } = runtime;
  const services = plan.waves.flat();
  await refuseSamePlace(shared, services, options.target);
  const waves = plan.waves.map((wave) =>
    wave.map((service) => ({
      name: service.name,
      dependsOn: service.bundle.config.dependsOn,
      service,
    })),
  );
  const total = waves.length;
  const results = await runWaves(waves, ({ service }) => redeployOne(shared, service, options), {
    parallel: options.parallel,
    signal,
    announce: (position, wave, run) => {
      const names = wave.map(({ name }) => name).join(', ');
      return logger.group(`Wave ${position} of ${total}: ${names}`, run);
    },
  });
  return results.flatMap((wave, index) =>
    wave.map(({ service: { service }, ...result }): ServiceResult => {
      const head = { service, wave: index + 1 };
      return result.state === 'ended'
        ? { ...head, ...result.end }
        : { ...head, status: 'skipped', reason: result.reason };
    }),
  );
}

type ServiceEnd = Omit<ServiceResult, 'service' | 'wave' | 'reason'>;

async function redeployOne(
  shared: Runtime,
  service: PlannedService,
  options: RedeployOptions,
): Promise<ServiceEnd> {
  const { clock } = shared;
  const startedMs = clock.monotonicMs();
  const logger = createServiceLogger(shared.logger, service.name);
  const runtime = ownState({ ...shared, logger }, service.name);
  try {
    const outcome = await deployService(runtime, service, options);
    const { status, failure, durationMs } = outcome;
    if (failure !== undefined) {
      logger.warning(`failed: ${failure.message}`);
      return { status: 'failed', failure, durationMs, outcome };
    }
    const isPlanned = options.isDryRun && status !== 'unchanged';
    const told = status === 'unchanged' ? 'unchanged' : isPlanned ? 'planned' : 'succeeded';
    logger.info(`${service.bundle.config.version}: ${told}`);
    return { status: told, durationMs, outcome };
  } catch (thrown) {
    const failure = toSlipwayError(thrown);
    logger.warning(`refused: ${failure.message}`);
    return { status: 'refused', failure, durationMs: clock.monotonicMs() - startedMs };
  }
}

async function deployService(
  runtime: Runtime,
  service: PlannedService,
  { target, conflicts, timeoutMs, isDryRun }: RedeployOptions,
): Promise<DeploymentOutcome> {
  const opened = await openDeployment(runtime, { ...service.target, ...target });
  // deployments are named by their first event, which several services may have in common
  const context = { ...opened, evidenceFolder: join(opened.evidenceFolder, service.name) };
  const request = {
    bundle: service.bundle,
    intent: 'redeploy',
    onFailure: 'stop',
    conflicts,
    prune: true,
    timeoutMs,
  } as const;
  if (isDryRun) return planDeploy(context, request);
  await copyBundle(context, service.bundle.digest, {
    from: resolveLedgerRepository(service.source),
    to: context.ledger.repository,
  });
  return rememberEnd(runtime, () => deploy(context, request));
}

/**
 * For the post step: what this run began and did not live to see the end of is recorded as abandoned.
 *
 * @throws SlipwayError the first failure, after all services were seen to
 */
export async function finishRedeploy(
  runtime: Runtime,
  places: readonly RecordPlace[],
  target: RedeployOptions['target'],
  state: (name: string) => string | undefined,
): Promise<void> {
  const shared = shareConnections(runtime);
  const ends = await Promise.allSettled(
    places.map((place) =>
      finishKilled(
        { ...shared, logger: createServiceLogger(shared.logger, place.service) },
        { ...place, ...target },
        (name) => state(nameState(name, place.service)),
      ),
    ),
  );
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw toSlipwayError(failure.reason);
}

/** Several deployments of one run remember their ends apart. */
function ownState(runtime: Runtime, service: string): Runtime {
  return {
    ...runtime,
    saveState: (name, value) => runtime.saveState(nameState(name, service), value),
  };
}

function nameState(name: string, service: string): string {
  return `${name}-${service}`;
}
