import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError } from '@slipway/core/errors';
import { formatTestResult, type TestCounts, type TestResult } from '@slipway/core/evidence';
import { formatReference, formatRepository, parsePinnedReference } from '@slipway/core/image-ref';
import { listImages, type KubernetesObject } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { computeDigest } from '@slipway/io/registry';
import { attachEvidence } from '../evidence/index.js';
import { readLiveServices } from '../live/index.js';
import type { RunIdentity } from '../runtime/index.js';
import type { TestResults } from '../test-report/index.js';
import { emptyOutcome, type GateContext, type GateOutcome, type GateSubject } from './gate.js';
import { judgeSuite, type SuiteLog, type SuiteReport, type SuiteVerdict } from './judge-suite.js';
import { findChanges, planPlaces, planTested, type Tested } from './neighbours.js';
import { pinSuiteImages, type SuiteImage } from './pin-suite-images.js';
import { redactReport } from './redact-report.js';
import { checkSuite, runSuite } from './run-suite.js';
import { planSuiteJob } from './suite-job.js';

export interface RunContext extends GateContext {
  readonly signal: AbortSignal;
  readonly run: RunIdentity;
  /** Opened once there is something to run. */
  readonly openCluster: () => Promise<Cluster>;
  /** Where reports are saved; made when it is not there. */
  readonly folder: string;
}

export interface RunRequest extends GateSubject {
  readonly namespace: string;
  /** How people call the suite: its file. */
  readonly suiteName: string;
  readonly job: KubernetesObject;
  readonly suiteImages: readonly SuiteImage[];
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
}

/**
 * Runs the suite against what is live, and records on the candidate's digest what it found. Nothing is
 * recorded of a suite that could not answer, or whose neighbours changed while it ran.
 *
 * @throws SlipwayError of the registry, the cluster or the signal; `image-unmatched`, `render-failed`
 */
export async function runGate(context: RunContext, request: RunRequest): Promise<GateOutcome> {
  let tested: readonly Tested[] = [];
  try {
    tested = await readTested(context, request);
    return await testAgainst(context, request, tested);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'integration-errored') throw error;
    return { ...emptyOutcome('errored'), neighbours: tested.slice(1), failure: error };
  }
}

/** The candidate's own service first. */
async function readTested(
  context: RunContext,
  { place, system, candidate, neighbours }: RunRequest,
): Promise<readonly Tested[]> {
  const { service, environment } = place;
  const { repository, digest } = candidate;
  if ((await context.client.resolve(repository, digest)) === undefined) {
    const what = `the candidate ${formatReference(candidate)} is not in the registry`;
    const fix = 'Push it first: use the output reference of registry-push.';
    throw new SlipwayError('not-found', what, { fix });
  }
  const live = await readLiveServices(planPlaces(place, system, neighbours), context);
  const tested = planTested({ service, environment, candidate: digest }, neighbours, live);
  const [own, ...others] = tested;
  context.logger.info(`candidate: ${own.service} ${own.version}, ${own.image}`);
  for (const each of others) {
    context.logger.info(`neighbour: ${each.service} ${each.version}, ${each.image}`);
  }
  if (others.length === 0) context.logger.warning(`${service} has no neighbours in ${environment}`);
  return tested;
}

async function testAgainst(
  context: RunContext,
  request: RunRequest,
  tested: readonly Tested[],
): Promise<GateOutcome> {
  const { client, clock, logger, signal, openCluster } = context;
  const { candidate, namespace, timeoutMs } = request;
  const { service, environment } = request.place;
  const pinned = await pinSuiteImages(client, request.job, request.suiteImages, logger);
  const id = computeRunId(request, context.run);
  const named = { service, environment, namespace, candidate, id, timeoutMs };
  const job = planSuiteJob(pinned, named);
  const cluster = await openCluster();
  const neighbours = tested.slice(1);
  if (request.isDryRun) {
    await checkSuite(cluster, job);
    return { ...emptyOutcome('inconclusive'), neighbours };
  }
  const { end, logs } = await runSuite(cluster, job, { clock, logger, signal, timeoutMs });
  const verdict = judgeSuite(end, logs);
  await printLogs(logger, verdict.logs);
  const reports = await saveReports(context.folder, job.metadata.name, verdict.reports);
  const outcome = { ...describe(verdict), neighbours, reports };
  if (verdict.state === 'errored') return outcome;
  const changes = await readChanges(context, request, tested);
  if (changes.length > 0) {
    return { ...outcome, status: 'inconclusive', failure: inconclusive(verdict, changes) };
  }
  const result = planEvidence(request, context, { verdict, neighbours, pinned });
  const text = formatTestResult(result);
  const evidence = await attachEvidence(client, candidate.repository, candidate.digest, text);
  logger.info(`evidence: ${evidence} says ${result.result} about ${candidate.digest}`);
  return { ...outcome, evidence };
}

/** What tells this run of the suite from every other, and is the same when it is asked again. */
function computeRunId({ candidate, place, suiteName }: RunRequest, run: RunIdentity): string {
  const { repository, runId, attempt } = run;
  const what = [formatReference(candidate), place.environment, suiteName];
  const digest = computeDigest(Buffer.from([...what, repository, runId, attempt].join('\n')));
  return digest.slice('sha256:'.length, 'sha256:'.length + 8);
}

function describe(verdict: SuiteVerdict): Omit<GateOutcome, 'neighbours' | 'reports'> {
  const { state, results, logs } = verdict;
  const uncounted =
    'the suite printed no JUnit report: its exit code is all that is known, and the evidence counts no tests';
  return {
    status: state,
    failedTests: results?.failed ?? [],
    logs,
    notes: state === 'passed' && results === undefined ? [uncounted] : [],
    ...(results === undefined ? {} : { counts: countTests(results) }),
    ...(state === 'passed' ? {} : { failure: verdict.failure }),
  };
}

function countTests({ tests, failures, skipped }: TestResults): TestCounts {
  return { passed: tests - failures - skipped, failed: failures, skipped };
}

/** What a suite prints must not be taken for a command to the runner. */
async function printLogs(logger: Logger, logs: readonly SuiteLog[]): Promise<void> {
  for (const { container, text } of logs) {
    await logger.group(`Log of container ${container}, without its report`, () => {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines) logger.info(`| ${line.replaceAll('##[', '# [')}`);
      return Promise.resolve();
    });
  }
}

async function saveReports(
  folder: string,
  name: string,
  reports: readonly SuiteReport[],
): Promise<readonly string[]> {
  if (reports.length === 0) return [];
  await mkdir(folder, { recursive: true });
  return Promise.all(
    reports.map(async ({ container, text }) => {
      const path = join(folder, `${name}-${container}.xml`);
      await writeFile(path, `<?xml version="1.0" encoding="UTF-8"?>\n${redactReport(text)}\n`);
      return path;
    }),
  );
}

async function readChanges(
  context: RunContext,
  { place, system }: RunRequest,
  tested: readonly Tested[],
): Promise<readonly string[]> {
  const names = tested.map(({ service }) => service);
  return findChanges(tested, await readLiveServices(planPlaces(place, system, names), context));
}

function inconclusive({ state }: SuiteVerdict, changes: readonly string[]): SlipwayError {
  return new SlipwayError(
    'integration-inconclusive',
    `the suite ${state}, but not against what is live now: while it ran, ${changes.join('; ')}`,
    { fix: 'Run the gate again; nothing was recorded.' },
  );
}

function planEvidence(
  { candidate, place, suiteName }: RunRequest,
  { clock, run }: RunContext,
  found: {
    readonly verdict: SuiteVerdict;
    readonly neighbours: readonly Tested[];
    readonly pinned: KubernetesObject;
  },
): TestResult {
  const { verdict, neighbours, pinned } = found;
  const { results } = verdict;
  const images = new Set(listImages([pinned]).map(({ image }) => image));
  return {
    gate: 'integration',
    name: formatRepository(candidate.repository),
    digest: candidate.digest,
    result: verdict.state === 'passed' ? 'PASSED' : 'FAILED',
    configuration: [
      ...[...images]
        .map((image) => parsePinnedReference(image))
        .map(({ repository, digest }) => ({
          name: formatRepository(repository),
          digest,
        })),
      { name: suiteName, digest: computeDigest(Buffer.from(canonicalJson(pinned))) },
    ],
    ...(results === undefined ? {} : { tests: countTests(results) }),
    ...(results === undefined ? {} : { failedTests: results.failed.map(({ name }) => name) }),
    neighbours: Object.fromEntries(neighbours.map(({ service, image }) => [service, image])),
    environment: place.environment,
    at: clock.now().toISOString(),
    ...(run.url === '' ? {} : { run: run.url }),
  };
}
