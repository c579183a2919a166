import { describeError } from '@slipway/core/errors';
import type { Clock } from '../clock/index.js';
import type { Logger } from '../log/index.js';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { ClusterError } from './cluster-error.js';
import { textAt } from '@slipway/core/manifest';
import type { Operation } from './operation.js';
import {
  describeRefusal,
  readProxyFailure,
  tryReadStatus,
  type ApiName,
  type ApiResponse,
} from './refusal.js';

interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the leading slash and the query. */
  readonly path: string;
  readonly operation: Operation;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly timeoutMs?: number;
  /** Unless told `never`, what can do no harm is sent again: GET, PATCH (apply), DELETE. */
  readonly retry?: 'never';
  /** The answer that stands for none in time; without it that is an API out of reach. */
  readonly whenLate?: () => ApiResponse;
}

export interface ApiClient {
  readonly name: ApiName;
  /** The answer, whatever its status. */
  send(request: ApiRequest): Promise<ApiResponse>;
  /** The answer's body; a status of 400 or more throws. */
  call(request: ApiRequest): Promise<string>;
  /** The answer's body as it comes, until the signal is aborted. */
  stream(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage>;
  /** The same, where everything but a GET asks first, also before it is sent again; what `guard` throws is thrown. */
  guardedBy(guard: () => void): ApiClient;
  close(): void;
}

export interface ApiClientOptions {
  readonly name: ApiName;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting between attempts; a single request is still sent after it, so that a lock can be released. */
  readonly signal: AbortSignal;
  /** Why the way to the API is gone, when it is: `kubectl proxy` ended. */
  readonly readPathFailure: () => string | undefined;
}

const requestTimeoutMs = 30_000;
/** Before the second attempt, the third, …: an API server that restarts is back within seconds. */
const retryDelaysMs = [250, 500, 1000, 2000, 4000];
const longestRetryAfterMs = 10_000;
const longestRetryingMs = 45_000;

type Attempt =
  | { readonly state: 'answered'; readonly response: ApiResponse }
  | { readonly state: 'unreachable'; readonly cause: Error };

/** Speaks HTTP with a Kubernetes API behind a socket that needs no credentials. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const agent = new Agent({ keepAlive: true });
  return useAgent({ ...options, agent, tellWarnings: createWarningReader(options.logger) });
}

interface Way extends ApiClientOptions {
  readonly agent: Agent;
  readonly tellWarnings: (response: ApiResponse) => void;
  readonly guard?: () => void;
}

function useAgent(way: Way): ApiClient {
  const { name, clock, logger, signal, agent, tellWarnings } = way;
  const guardOf = ({ method }: ApiRequest): (() => void) | undefined =>
    method === 'GET' ? undefined : way.guard;

  async function attempt(request: ApiRequest): Promise<Attempt> {
    try {
      const response = await exchange(way.socketPath, agent, request, guardOf(request));
      const failure = readProxyFailure(response);
      if (failure !== undefined) return { state: 'unreachable', cause: new Error(failure) };
      return { state: 'answered', response };
    } catch (error) {
      guardOf(request)?.();
      if (error instanceof LateError && request.whenLate !== undefined) {
        return { state: 'answered', response: request.whenLate() };
      }
      const gone = way.readPathFailure();
      const cause = error instanceof Error ? error : new Error(String(error));
      return { state: 'unreachable', cause: gone === undefined ? cause : new Error(gone) };
    }
  }

  async function send(request: ApiRequest): Promise<ApiResponse> {
    const startMs = clock.monotonicMs();
    for (let retry = 0; ; retry += 1) {
      const outcome = await attempt(request);
      const delayMs = computeRetryDelay(request, outcome, retry);
      const isLate = clock.monotonicMs() - startMs > longestRetryingMs;
      const isWayOpen = way.readPathFailure() === undefined;
      if (delayMs !== undefined && !isLate && isWayOpen && !signal.aborted) {
        const { verb, subject } = request.operation;
        logger.debug(`${verb} ${subject}: ${describeAttempt(outcome)}; again in ${delayMs} ms`);
        await clock.sleep(delayMs, signal);
        continue;
      }
      if (outcome.state === 'unreachable') throw unreachable(name, outcome.cause);
      tellWarnings(outcome.response);
      return outcome.response;
    }
  }

  return {
    name,
    send,
    call: async (request) => {
      const response = await send(request);
      if (response.status >= 400) throw describeRefusal(name, request.operation, response);
      return response.body;
    },
    stream: async (request, streamSignal) => {
      const incoming = await openStream(way.socketPath, request, streamSignal).catch(
        (error: unknown) => {
          streamSignal.throwIfAborted();
          throw unreachable(name, new Error(way.readPathFailure() ?? describeError(error)));
        },
      );
      if ((incoming.statusCode ?? 0) < 400) return incoming;
      const response = await readAnswer(incoming);
      const failure = readProxyFailure(response);
      if (failure !== undefined) throw unreachable(name, new Error(failure));
      throw describeRefusal(name, request.operation, response);
    },
    guardedBy: (inner) =>
      useAgent({
        ...way,
        guard: () => {
          way.guard?.();
          inner();
        },
      }),
    close: () => agent.destroy(),
  };
}

function unreachable({ context, server }: ApiName, cause: Error): ClusterError {
  const where = `the cluster ${context} (${server})`;
  if (cause.message.includes('getting credentials')) {
    return new ClusterError('cluster-denied', `there are no credentials for ${where}`, {
      cause,
      fix: `Check the user of context ${context} in the kubeconfig and the program that it calls.`,
    });
  }
  return new ClusterError('cluster-unreachable', `${where} cannot be reached`, {
    cause,
    fix: 'Check the server address in the kubeconfig and the network between here and there.',
  });
}

/** @returns undefined when the outcome stands */
function computeRetryDelay(
  request: ApiRequest,
  outcome: Attempt,
  retry: number,
): number | undefined {
  const delayMs = retryDelaysMs[retry];
  if (delayMs === undefined || request.retry === 'never') return undefined;
  const isRepeatable = !['POST', 'PUT'].includes(request.method);
  if (outcome.state === 'unreachable') {
    const isLasting = /getting credentials|x509:/.test(outcome.cause.message);
    return isRepeatable && !isLasting ? delayMs : undefined;
  }
  const { status, headers } = outcome.response;
  // 429 says that nothing was done, so every request may be sent again
  if (status !== 429 && !(isRepeatable && isPassing(outcome.response))) return undefined;
  const retryAfterMs = Number(headers['retry-after'] ?? 0) * 1000;
  if (!(retryAfterMs <= longestRetryAfterMs)) return undefined;
  return Math.max(delayMs, retryAfterMs);
}

/** 500 is also the API's answer to a field that its schema does not have: that stays. */
function isPassing({ status, body }: ApiResponse): boolean {
  if (status !== 500) return status > 500;
  const answer = tryReadStatus(body);
  const reason = textAt(answer, 'reason');
  const isOfStore = textAt(answer, 'message')?.includes('etcdserver') === true;
  return isOfStore || reason === 'InternalError' || reason === 'ServerTimeout';
}

function describeAttempt(outcome: Attempt): string {
  return outcome.state === 'unreachable'
    ? outcome.cause.message
    : `the API answered ${outcome.response.status}`;
}

/** Warnings of the API (deprecated versions, pod security) are told once. */
function createWarningReader(logger: Logger): (response: ApiResponse) => void {
  const told = new Set<string>();
  return ({ headers }) => {
    for (const { groups } of String(headers['warning'] ?? '').matchAll(
      /299 \S+ "(?<text>(?:[^"\\]|\\.)*)"/g,
    )) {
      const text = groups?.['text']?.replaceAll(/\\(.)/g, '$1') ?? '';
      if (!told.has(text)) logger.warning(text);
      told.add(text);
    }
  };
}

class LateError extends Error {}

async function exchange(
  socketPath: string,
  agent: Agent,
  request: ApiRequest,
  guard: (() => void) | undefined,
): Promise<ApiResponse> {
  const timeoutMs = Math.ceil(request.timeoutMs ?? requestTimeoutMs); // a signal takes whole ones only
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await readAnswer(await open(socketPath, agent, request, signal, guard));
  } catch (error) {
    if (signal.aborted)
      throw new LateError(`no answer within ${timeoutMs / 1000} s`, { cause: error });
    throw error;
  }
}

/** On a connection of its own: a stream that is ended in the middle cannot be used again. */
function openStream(
  socketPath: string,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return open(socketPath, new Agent({ keepAlive: false }), request, signal);
}

function open(
  socketPath: string,
  agent: Agent,
  request: ApiRequest,
  signal: AbortSignal,
  guard?: () => void,
): Promise<IncomingMessage> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath,
      agent,
      signal,
      method: request.method,
      path: request.path,
      headers: {
        host: 'localhost',
        accept: 'application/json, */*',
        ...(body === undefined
          ? {}
          : {
              'content-type': request.contentType ?? 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
      },
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    // A process that was paused in between must not send: it is asked when the next thing is the write itself.
    const leave = (): void => {
      try {
        guard?.();
        outgoing.end(body);
      } catch (error) {
        outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', leave);
      else leave();
    });
  });
}

async function readAnswer(incoming: IncomingMessage): Promise<ApiResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
