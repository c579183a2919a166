import type { FailureCode } from '@slipway/core/errors';
import { ProxyError, type ConnectionError } from './connection-error.js';
import type { Credential } from './credential.js';
import type { HttpResponse, TooLargeError } from './http-pool.js';
import {
  RegistryError,
  formatRegistryMessages,
  parseRegistryMessages,
  redactUrl,
  type RegistryMessage,
} from './registry-error.js';
import { isTemporaryStatus, parseRetryAfter } from './retry.js';

export interface Refusal {
  readonly registry: string;
  /** `registry.example.com/team/orders` */
  readonly repository: string;
  readonly access: 'pull' | 'push';
  readonly method: string;
  readonly response: Pick<HttpResponse, 'url' | 'status' | 'headers'>;
  readonly body: string;
  /** What the request was made with. */
  readonly credential: Credential | undefined;
  readonly now: Date;
}

const temporaryCodes = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'IDLE',
];

/** The error of a request that got an answer, but not one that helps: a closed set of codes, with the fix. */
export function explainStatus(refusal: Refusal): RegistryError {
  const { registry, method, response, body, now } = refusal;
  const { status, url, headers } = response;
  const messages = parseRegistryMessages(body);
  const said = messages.length === 0 ? '' : ` ${formatRegistryMessages(messages)}`;
  const isTemporary = isTemporaryStatus(status);
  const code = codeOf(status, messages);
  const verb = isTemporary ? 'could not answer' : code === 'registry-denied' ? 'denied' : 'refused';
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  return new RegistryError(
    code,
    `${registry} ${verb} ${method} ${redactUrl(url)}: ${status}${said}`,
    {
      method,
      url,
      status,
      registryMessages: messages,
      isTemporary,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      fix: fixOf(code, refusal),
    },
  );
}

function codeOf(status: number, messages: readonly RegistryMessage[]): FailureCode {
  if (isTemporaryStatus(status)) return 'registry-unreachable';
  if (status === 401 || status === 403) return 'registry-denied';
  if (messages.some(({ code }) => code === 'UNAUTHORIZED' || code === 'DENIED')) {
    return 'registry-denied';
  }
  return status === 404 ? 'not-found' : 'registry-refused';
}

function fixOf(code: FailureCode, { registry, repository, access, credential }: Refusal): string {
  if (code === 'registry-denied') {
    if (credential === undefined) {
      return `No credentials for ${registry} were found: add a line for it to registry-auth, or log in with docker login.`;
    }
    const who =
      credential.kind === 'password' ? `user ${credential.username}` : 'the identity token';
    return `Check that ${who} (from ${credential.source}) may ${access === 'push' ? 'push to' : 'pull from'} ${repository}, and that the password has not expired.`;
  }
  if (code === 'not-found') {
    return `Check the name ${repository}; some registries want a repository to be created first.`;
  }
  if (code === 'registry-unreachable') {
    return `Try again later, or ask who runs ${registry}: it is overloaded or broken.`;
  }
  return `Read what ${registry} says; ask who runs it if that does not tell enough.`;
}

/**
 * The error of a request that got no answer.
 *
 * @param isFinal to try it once more is no use
 */
export function explainConnectionError(
  registry: string,
  method: string,
  url: URL,
  error: ConnectionError,
  isFinal = false,
): RegistryError {
  if (error instanceof ProxyError) return explainProxyError(method, url, error, isFinal);
  const through = error.proxy === undefined ? '' : ` through the proxy ${error.proxy.origin}`;
  return new RegistryError(
    'registry-unreachable',
    `${registry} cannot be reached${through} (${method} ${redactUrl(url)}): ${error.message}`,
    {
      method,
      url,
      isTemporary: !isFinal && temporaryCodes.includes(error.code),
      wasStale: error.wasStale,
      cause: error,
      fix: connectionFix(registry, error),
    },
  );
}

/** The error of a request that a proxy did not let through, or that did not get to it. */
function explainProxyError(
  method: string,
  url: URL,
  error: ProxyError,
  isFinal: boolean,
): RegistryError {
  const { proxy, status, code, message } = error;
  const wantsCredentials = isAboutCredentials(status);
  const failed =
    status === undefined
      ? 'cannot be reached'
      : `does not let us through to ${url.host}${wantsCredentials ? ' without credentials that it knows' : ''}`;
  const mayPass = status === undefined ? temporaryCodes.includes(code) : isTemporaryStatus(status);
  return new RegistryError(
    'registry-unreachable',
    `the proxy ${proxy.origin} ${failed} (${method} ${redactUrl(url)}): ${message}`,
    { method, url, isTemporary: mayPass && !isFinal, cause: error, fix: proxyFix(url, error) },
  );
}

/** Some proxies say 401 of wrong credentials (tinyproxy), which is right of a registry only. */
function isAboutCredentials(status: number | undefined): boolean {
  return status === 407 || status === 401;
}

function proxyFix({ hostname }: URL, { proxy, status }: ProxyError): string {
  const { origin, variable, authorization } = proxy;
  if (status === undefined) {
    return `Check ${variable}, and that this machine may connect to the proxy; if ${hostname} needs none, list it in NO_PROXY.`;
  }
  if (isAboutCredentials(status) && authorization === undefined) {
    const address = origin.replace('://', '://user:password@');
    return `Write user and password into ${variable}: ${address}.`;
  }
  if (isAboutCredentials(status)) return `Check the user and the password in ${variable}.`;
  return `Ask who runs the proxy to let ${hostname} through; if it can be reached without, list it in NO_PROXY.`;
}

function connectionFix(registry: string, { code, message }: ConnectionError): string {
  if (code === 'EPROTO' || message.includes('wrong version number')) {
    return `${registry} seems to speak plain HTTP: if that is meant, list it in plain-http.`;
  }
  if (/CERT|SELF_SIGNED|ISSUER|VERIFY/.test(code)) {
    return `The certificate of ${registry} is not trusted: pass the file of its authority as ca-certificates.`;
  }
  if (code === 'ENOTFOUND') return `Check the name ${registry}.`;
  return `Check that ${registry} is up and that this machine may connect to it.`;
}

/** A registry that sends us where we would speak without TLS. */
export function refuseUrl(registry: string, method: string, url: URL): RegistryError {
  return new RegistryError(
    'registry-refused',
    `${registry} points to ${redactUrl(url)}, which is not protected by TLS`,
    {
      method,
      url,
      fix: `If plain HTTP is meant, list ${url.host} in plain-http; else the registry must be told its https address.`,
    },
  );
}

/** The error of an answer that is larger than it could rightly be. */
export function explainTooLarge(
  registry: string,
  method: string,
  url: URL,
  error: TooLargeError,
): RegistryError {
  return new RegistryError(
    'registry-refused',
    `${registry} answers ${method} ${redactUrl(url)} with ${error.message}`,
    { method, url, cause: error, fix: `Ask who runs ${registry} what it sends.` },
  );
}
