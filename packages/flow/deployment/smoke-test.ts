import { describeError } from '@slipway/core/errors';
import { formatDuration } from '@slipway/core/duration';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster, type ServiceAnswer } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { redact } from './redact.js';

export interface SmokeTestOptions {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service's port. */
  readonly port: string;
  readonly path: string;
  /** When to give up, on the monotonic clock. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export type SmokeTestResult =
  | { readonly state: 'passed'; readonly attempts: number; readonly durationMs: number }
  | {
      readonly state: 'failed';
      readonly sentence: string;
      /** Of the last answer; absent when there was none. */
      readonly status?: number;
      /** The beginning of the last answer. */
      readonly body?: string;
    };

const attemptTimeoutMs = 5000;
const pauseMs = 1000;
const tellEveryMs = 15_000;
const excerptLength = 200;
/** The API server learns of a new Service a moment later than it stores it. */
const attemptsWithoutService = 5;

/** What came of one request. */
type Attempt =
  | { readonly state: 'answered'; readonly answer: ServiceAnswer }
  | { readonly state: 'no-service' | 'no-answer'; readonly error: ClusterError };

/**
 * Asks a Service through the API server until it answers with a status from 200 to 399, or the deadline is there.
 *
 * @example
 * await runSmokeTest(cluster, { namespace: 'shop', service: 'catalog', port: '80', path: '/healthz', … })
 * // { state: 'passed', attempts: 1, durationMs: 12 }
 * @throws ClusterError `cluster-denied`: without the right to ask, nothing is known of the service;
 * `cluster-unreachable` when the API server is away until the deadline
 */
export async function runSmokeTest(
  cluster: Cluster,
  options: SmokeTestOptions,
): Promise<SmokeTestResult> {
  const { namespace, service, port, path, deadlineMs, clock, logger, signal } = options;
  const url = `http://${service}.${namespace}:${port}${path}`;
  const startMs = clock.monotonicMs();
  let toldMs = Number.NEGATIVE_INFINITY;
  for (let attempts = 1; ; attempts += 1) {
    signal.throwIfAborted();
    const timeoutMs = Math.min(attemptTimeoutMs, Math.max(deadlineMs - clock.monotonicMs(), 1));
    const attempt = await ask(cluster, options, timeoutMs);
    const durationMs = clock.monotonicMs() - startMs;
    if (attempt.state === 'answered' && isGood(attempt.answer)) {
      logger.info(`smoke test: GET ${url} answered ${attempt.answer.status}`);
      return { state: 'passed', attempts, durationMs };
    }
    const said = `GET ${url} ${describeAttempt(attempt)}`;
    const isOver = clock.monotonicMs() + pauseMs >= deadlineMs;
    const isUnknown = attempt.state === 'no-service' && attempts >= attemptsWithoutService;
    if (isOver || isUnknown) {
      // the API server is away: that says nothing about the release
      if (attempt.state !== 'answered' && attempt.error.code === 'cluster-unreachable') {
        throw attempt.error;
      }
      return fail(said, attempt, attempts, durationMs);
    }
    if (clock.monotonicMs() - toldMs >= tellEveryMs) {
      toldMs = clock.monotonicMs();
      const leftMs = deadlineMs - clock.monotonicMs();
      logger.info(`smoke test: ${said}; again for ${formatDuration(leftMs)}`);
    }
    await clock.sleep(pauseMs, signal);
  }
}

async function ask(
  cluster: Cluster,
  { namespace, service, port, path }: SmokeTestOptions,
  timeoutMs: number,
): Promise<Attempt> {
  try {
    const request = { namespace, service, port, path, timeoutMs };
    return { state: 'answered', answer: await cluster.requestService(request) };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code === 'cluster-denied') throw error;
    return { state: error.status === 404 ? 'no-service' : 'no-answer', error };
  }
}

function isGood({ status }: ServiceAnswer): boolean {
  return status >= 200 && status < 400;
}

function describeAttempt(attempt: Attempt): string {
  if (attempt.state !== 'answered') return `got no answer: ${describeError(attempt.error)}`;
  const { status, body } = attempt.answer;
  const excerpt = redact(body.trim()).replaceAll(/\s+/g, ' ').slice(0, excerptLength);
  return `answered ${status}${excerpt === '' ? '' : `: ${excerpt}`}`;
}

function fail(
  said: string,
  attempt: Attempt,
  attempts: number,
  durationMs: number,
): SmokeTestResult {
  const effort =
    attempts === 1 ? 'one attempt' : `${attempts} attempts in ${formatDuration(durationMs)}`;
  const sentence = `the smoke test failed after ${effort}: ${said}`;
  if (attempt.state !== 'answered') return { state: 'failed', sentence };
  const { status, body } = attempt.answer;
  return { state: 'failed', sentence, status, body: redact(body).slice(0, excerptLength) };
}
