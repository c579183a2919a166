import { Secret } from '@slipway/core/secret';
import type { Clock } from '../../clock/index.js';
import type { Credential } from './credential.js';
import type { HttpRequest } from './http-pool.js';
import { bytesBody } from './http-pool.js';
import { readProperty, readText, tryParseJson } from './registry-error.js';

/** A bearer token and until when it can be used. */
export interface Token {
  readonly value: Secret;
  /** On the monotonic clock. */
  readonly expiresAtMs: number;
}

/** What the token service is asked for. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  /** One for each repository; some services read the first only. */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

const clientId = 'slipway';
/** What a header can carry (RFC 6750, section 2.1, allows even less). */
const tokenPattern = /^[\u0021-\u007e]+$/;
/** The token specification: a service that names no lifetime means one minute, and nobody means less. */
const shortestLifetimeS = 60;
/** A token is renewed so long before its end, that no request carries one that ends on its way. */
export const renewBeforeMs = 10_000;

/** The HTTP request that gets a token: GET with Basic, or OAuth's POST with an identity token. */
export function formatTokenRequest(request: TokenRequest): HttpRequest {
  const { realm, service, scopes, credential } = request;
  if (credential?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.token.reveal(),
      client_id: clientId,
      scope: scopes.join(' '),
      ...(service === undefined ? {} : { service }),
    });
    return {
      method: 'POST',
      url: realm,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: bytesBody(Buffer.from(form.toString())),
    };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = credential === undefined ? {} : { authorization: formatBasic(credential) };
  return { method: 'GET', url, headers: authorization };
}

/** @example formatBasic({ kind: 'password', username: 'ci', … }) // 'Basic Y2k6…' */
export function formatBasic(credential: Credential & { readonly kind: 'password' }): string {
  const pair = `${credential.username}:${credential.password.reveal()}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The token in a service's answer (`token` or `access_token`), or undefined when there is none. */
export function tryParseToken(text: string, clock: Clock): Token | undefined {
  const answer = tryParseJson(text);
  const value = readText(answer, 'token') ?? readText(answer, 'access_token') ?? '';
  if (!tokenPattern.test(value)) return undefined;
  const lifetime = readProperty(answer, 'expires_in');
  const lifetimeS = typeof lifetime === 'number' ? lifetime : 0;
  const expiresAtMs = clock.monotonicMs() + Math.max(lifetimeS, shortestLifetimeS) * 1000;
  return { value: Secret.of(value), expiresAtMs };
}
