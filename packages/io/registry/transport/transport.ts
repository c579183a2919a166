import { formatRepository, type Repository } from '@slipway/core/image-ref';
import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';
import { createAuthorizer, type AccessTarget, type Authorizer } from './authorizer.js';
import { parseChallenges, type Challenge } from './challenge.js';
import { ConnectionError, toConnectionError } from './connection-error.js';
import type { CredentialSource } from './credential.js';
import { findEndpoint, isAllowedUrl, type Endpoint } from './endpoint.js';
import { guardPool } from './guarded-pool.js';
import { createHostGate, type HostGate } from './host-gate.js';
import {
  TooLargeError,
  readBody,
  type HttpPool,
  type HttpRequest,
  type HttpResponse,
  type OpenedBody,
  type RequestBody,
} from './http-pool.js';
import { explainConnectionError, explainStatus, explainTooLarge, refuseUrl } from './refusal.js';
import { RegistryError } from './registry-error.js';
import {
  isTemporaryStatus,
  parseRetryAfter,
  withRetries,
  type RetryCollaborators,
} from './retry.js';
import { formatTokenRequest, tryParseToken, type Token, type TokenRequest } from './token.js';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT';
  readonly repository: Repository;
  /** The rights that it needs; HEADs of a push ask for `push` too, so that one token serves them all. */
  readonly access: 'pull' | 'push';
  /** Another repository of the same registry, from which a blob is mounted: it needs the right to read there. */
  readonly mountFrom?: string;
  /** A path below the repository (`manifests/1.4.0`), or a URL that the registry gave. */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Statuses that are an answer; every other one is an error. */
  readonly accept: readonly number[];
  /** Part of a request that has its place at the host already: it must not wait for another one. */
  readonly skipsQueue?: boolean;
}

export interface TransportOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly plainHttp: readonly string[];
  readonly findCredential: CredentialSource;
  readonly pool: HttpPool;
}

/** Counts of what was sent; a request that was repeated counts again. */
export interface TransportStats {
  requests: number;
  writes: number;
  retries: number;
  bytesSent: number;
}

const maxRedirects = 5;
/** Requests that one host gets at once from one client. */
const maxPerHost = 12;
const maxErrorBytes = 64 * 1024;
const maxTokenBytes = 1024 * 1024;
const tooManyRequests = 429;
const redirectStatuses = [301, 302, 303, 307, 308];

/** HTTP to registries: authentication, redirects and retries, with every failure told as a RegistryError. */
export class Transport {
  readonly stats: TransportStats;
  readonly #options: TransportOptions;
  readonly #retry: RetryCollaborators;
  readonly #authorizer: Authorizer;
  readonly #endpoints: Map<string, Promise<Endpoint>>;
  readonly #gates: Map<string, HostGate>;

  /** @param other a transport with which it shares its counts and what is known of hosts */
  constructor(options: TransportOptions, other?: Transport) {
    const { logger, clock, signal, findCredential } = options;
    this.#options = options;
    this.stats = other?.stats ?? { requests: 0, writes: 0, retries: 0, bytesSent: 0 };
    this.#endpoints = other === undefined ? new Map<string, Promise<Endpoint>>() : other.#endpoints;
    this.#gates = other === undefined ? new Map<string, HostGate>() : other.#gates;
    this.#retry = {
      logger,
      clock,
      ...(signal === undefined ? {} : { signal }),
      onRetry: () => {
        this.stats.retries += 1;
      },
    };
    const ask = {
      ping: (registry: string) => this.#ping(registry),
      fetchToken: (target: AccessTarget, asked: TokenRequest) => this.#fetchToken(target, asked),
      readRealm: (registry: string, realm: string) => this.#readRealm(registry, realm),
    };
    this.#authorizer =
      other === undefined ? createAuthorizer({ clock, findCredential, ...ask }) : other.#authorizer;
  }

  /** The same, where `guard` is asked before anything is written. */
  guardedBy(guard: () => void): Transport {
    return new Transport({ ...this.#options, pool: guardPool(this.#options.pool, guard) }, this);
  }

  /**
   * One request with its retries. `read` takes what is needed from the answer; a connection that breaks
   * while it reads is tried again too.
   */
  send<T>(request: RegistryRequest, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    return this.retry(() => this.sendOnce(request, read));
  }

  /** The same without retries, for a request that is part of something larger that `retry` repeats. */
  async sendOnce<T>(
    request: RegistryRequest,
    read: (response: HttpResponse) => Promise<T>,
  ): Promise<T> {
    const response = await this.#answerOf(request);
    try {
      if (request.accept.includes(response.status)) return await read(response);
      throw await this.#explain(request, response);
    } catch (error) {
      throw this.#wrap(request.repository.registry, request.method, response.url, error);
    } finally {
      if (request.method === 'HEAD') response.body.resume();
    }
  }

  retry<T>(work: () => Promise<T>): Promise<T> {
    return withRetries(this.#retry, work);
  }

  /** Tells of something that is done again, and counts it. */
  noteRetry(line: string): void {
    this.#retry.onRetry();
    this.#options.logger.info(line);
  }

  async #answerOf(request: RegistryRequest): Promise<HttpResponse> {
    const { registry, path } = request.repository;
    const { base } = await this.#endpoint(registry);
    const url =
      request.target instanceof URL
        ? request.target
        : new URL(`v2/${path}/${request.target}`, base);
    const { access, mountFrom } = request;
    const target = { registry, path, access, ...(mountFrom === undefined ? {} : { mountFrom }) };
    const isOwn = url.origin === base.origin;
    const header = isOwn ? await this.#authorizer.authorize(target) : undefined;
    const first = await this.#follow(request, url, base, header);
    if (first.status !== 401 || first.url.origin !== base.origin) return first;
    const challenges = parseChallenges(first.headers['www-authenticate'] ?? '');
    const other = await this.#authorizer.answer(target, challenges, header);
    if (other === undefined) return first;
    first.body.resume();
    return this.#follow(request, url, base, other);
  }

  async #follow(
    request: RegistryRequest,
    start: URL,
    base: URL,
    authorization: string | undefined,
  ): Promise<HttpResponse> {
    const { method, headers = {}, body, repository } = request;
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      if (!isAllowedUrl(url, this.#options)) throw refuseUrl(repository.registry, method, url);
      // A redirect to another origin never sees who we are: stores of signed URLs refuse such requests.
      const mayAuthorize = authorization !== undefined && url.origin === base.origin;
      const response = await this.#exchange(
        repository.registry,
        {
          method,
          url,
          headers: mayAuthorize ? { ...headers, authorization } : headers,
          ...(body === undefined ? {} : { body }),
        },
        request.skipsQueue,
      );
      const { location } = response.headers;
      const canFollow = method === 'GET' || method === 'HEAD';
      if (!canFollow || !redirectStatuses.includes(response.status) || location === undefined) {
        return response;
      }
      response.body.resume();
      if (redirects === maxRedirects) {
        throw new RegistryError(
          'registry-refused',
          `${repository.registry} redirects ${method} more than ${maxRedirects} times`,
          { method, url: start, status: response.status },
        );
      }
      url = readLocation(repository.registry, method, location, url);
    }
  }

  async #exchange(
    registry: string,
    request: HttpRequest,
    skipsQueue = false,
  ): Promise<HttpResponse> {
    const { signal, pool } = this.#options;
    const { method, url, headers, body } = request;
    signal?.throwIfAborted();
    // A body is opened before its request waits for a place: to open it can take a request, too.
    const opened = body === undefined ? undefined : await openBody(body);
    const gate = this.#gate(url.host);
    try {
      if (!skipsQueue) await gate.enter(signal);
    } catch (error) {
      opened?.content.destroy();
      throw error;
    }
    const broken = opened?.content.errored ?? null;
    if (broken !== null) {
      if (!skipsQueue) gate.leave();
      throw broken; // while it waited, when nobody else listened
    }
    this.stats.requests += 1;
    // What skips the queue asks: for the rest of a blob, how to speak, for a token.
    if (method !== 'GET' && method !== 'HEAD' && !skipsQueue) this.stats.writes += 1;
    try {
      const all = { 'user-agent': 'slipway', ...headers };
      const response = await pool.exchange({ method, url, headers: all }, opened);
      this.stats.bytesSent += body?.size ?? 0;
      if (response.status === tooManyRequests) {
        gate.slowDown(parseRetryAfter(response.headers['retry-after'], this.#now()) ?? 0);
      }
      return response;
    } catch (error) {
      throw this.#wrap(registry, method, url, error);
    } finally {
      if (!skipsQueue) gate.leave();
    }
  }

  #now(): Date {
    return this.#options.clock.now();
  }

  #gate(host: string): HostGate {
    const known = this.#gates.get(host) ?? createHostGate(maxPerHost, this.#options.clock);
    this.#gates.set(host, known);
    return known;
  }

  /**
   * The error of an answer whose body broke off after `read` had handed it on.
   *
   * @param isFinal it was tried again often enough
   */
  explainBreak(registry: string, url: URL, error: unknown, isFinal: boolean): Error {
    const { signal } = this.#options;
    if (signal?.aborted === true) return signal.reason as Error;
    return explainConnectionError(registry, 'GET', url, toConnectionError(error, false), isFinal);
  }

  #wrap(registry: string, method: string, url: URL, error: unknown): unknown {
    this.#options.signal?.throwIfAborted();
    if (error instanceof TooLargeError) return explainTooLarge(registry, method, url, error);
    return error instanceof ConnectionError
      ? explainConnectionError(registry, method, url, error)
      : error;
  }

  async #explain(request: RegistryRequest, response: HttpResponse): Promise<RegistryError> {
    const { registry } = request.repository;
    const body = request.method === 'HEAD' ? '' : await readErrorBody(response);
    const credential = await this.#options.findCredential(registry, request.repository.path);
    return explainStatus({
      registry,
      repository: formatRepository(request.repository),
      access: request.access,
      method: request.method,
      response,
      body,
      credential,
      now: this.#options.clock.now(),
    });
  }

  #endpoint(registry: string): Promise<Endpoint> {
    const known = this.#endpoints.get(registry) ?? findEndpoint(registry, this.#options);
    this.#endpoints.set(registry, known);
    return known;
  }

  async #ping(registry: string): Promise<readonly Challenge[]> {
    const { base } = await this.#endpoint(registry);
    const asked = { method: 'GET', url: new URL('v2/', base), headers: {} };
    const response = await this.#exchange(registry, asked, true);
    response.body.resume();
    const { status, headers } = response;
    if (isTemporaryStatus(status)) {
      // Not an answer: who takes it for “open” is a stranger to the registry from then on.
      throw explainStatus({
        registry,
        repository: registry,
        access: 'pull',
        method: asked.method,
        response,
        body: '',
        credential: undefined,
        now: this.#now(),
      });
    }
    return status === 401 ? parseChallenges(headers['www-authenticate'] ?? '') : [];
  }

  #readRealm(registry: string, realm: string): URL {
    const url = URL.parse(realm);
    if (url === null || !isAllowedUrl(url, this.#options)) {
      throw refuseUrl(registry, 'GET', url ?? new URL('about:blank'));
    }
    return url;
  }

  async #fetchToken(target: AccessTarget, request: TokenRequest): Promise<Token> {
    const { registry, path, access } = target;
    const asked = formatTokenRequest(request);
    // Whoever waits for the token may have a place already: it never waits behind that one.
    const response = await this.#exchange(registry, asked, true);
    let text: string;
    try {
      text = (await readBody(response.body, maxTokenBytes)).toString();
    } catch (error) {
      throw this.#wrap(registry, asked.method, asked.url, error);
    }
    const token = response.status === 200 ? tryParseToken(text, this.#options.clock) : undefined;
    if (token !== undefined) return token;
    throw explainStatus({
      registry,
      repository: `${registry}/${path}`,
      access,
      method: asked.method,
      response,
      body: text,
      credential: request.credential,
      now: this.#options.clock.now(),
    });
  }
}

async function openBody({ open, ...body }: RequestBody): Promise<OpenedBody> {
  const content = await open();
  content.on('error', () => undefined); // until its request begins, only who asks `errored` is told
  return { ...body, content };
}

/** What a registry wrote about its refusal; nothing when it is longer than any error. */
async function readErrorBody(response: HttpResponse): Promise<string> {
  try {
    return (await readBody(response.body, maxErrorBytes)).toString();
  } catch (error) {
    if (error instanceof TooLargeError) return '';
    throw error;
  }
}

function readLocation(registry: string, method: string, location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  if (url !== null) return url;
  const sentence = `${registry} redirects ${method} to an address that is none`;
  throw new RegistryError('registry-refused', sentence, { method, url: from });
}
