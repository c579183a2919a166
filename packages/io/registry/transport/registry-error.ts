import { SlipwayError, type FailureCode } from '@slipway/core/errors';

/** One entry of a registry's own answer: `{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }`. */
export interface RegistryMessage {
  readonly code: string;
  readonly message: string;
}

export interface RegistryErrorDetails {
  readonly method: string;
  readonly url: URL;
  readonly status?: number;
  /** What the registry itself said (distribution specification, error codes). */
  readonly registryMessages?: readonly RegistryMessage[];
  /** Whether the same request may well succeed a little later. */
  readonly isTemporary?: boolean;
  /** How long the registry asked to wait. */
  readonly retryAfterMs?: number;
  /** The connection had been idle and was closed under the request: nothing is wrong, ask again at once. */
  readonly wasStale?: boolean;
  readonly fix?: string;
  readonly cause?: unknown;
}

/** A request to a registry that did not get the answer it needs. */
export class RegistryError extends SlipwayError {
  readonly method: string;
  /** Without credentials and without its query, which may hold signatures. */
  readonly url: string;
  readonly status: number | undefined;
  readonly registryMessages: readonly RegistryMessage[];
  readonly isTemporary: boolean;
  readonly retryAfterMs: number | undefined;
  readonly wasStale: boolean;

  constructor(code: FailureCode, message: string, details: RegistryErrorDetails) {
    super(code, message, {
      ...(details.cause === undefined ? {} : { cause: details.cause }),
      ...(details.fix === undefined ? {} : { fix: details.fix }),
    });
    this.method = details.method;
    this.url = redactUrl(details.url);
    this.status = details.status;
    this.registryMessages = details.registryMessages ?? [];
    this.isTemporary = details.isTemporary ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.wasStale = details.wasStale ?? false;
  }

  /** The same, of something that has been tried often enough. */
  asFinal(): RegistryError {
    if (!this.isTemporary) return this;
    const { method, status, registryMessages, fix } = this;
    return new RegistryError(this.code, this.message, {
      method,
      url: new URL(this.url),
      registryMessages,
      ...(status === undefined ? {} : { status }),
      ...(fix === undefined ? {} : { fix }),
      cause: this.cause,
    });
  }
}

/**
 * @example redactUrl(new URL('https://user:pw@store.example.com/blob?X-Amz-Signature=1'))
 * // 'https://store.example.com/blob?…'
 */
export function redactUrl(url: URL): string {
  const isLong = url.pathname.length > shownPathLength;
  const path = isLong ? `${url.pathname.slice(0, shownPathLength)}…` : url.pathname;
  return `${url.protocol}//${url.host}${path}${url.search === '' ? '' : '?…'}`;
}

const shownMessageLength = 300;
/** The longest name and digest, and what a registry calls an upload. */
const shownPathLength = 500;

/**
 * What a registry wrote in the body of its refusal; nothing when it is not in the specification's form.
 *
 * @example parseRegistryMessages('{"errors":[{"code":"DENIED","message":"no"}]}') // [{ code: 'DENIED', message: 'no' }]
 */
export function parseRegistryMessages(body: string): readonly RegistryMessage[] {
  const errors = readProperty(tryParseJson(body), 'errors');
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => ({
    code: readText(error, 'code') ?? 'UNKNOWN',
    message: readText(error, 'message') ?? '',
  }));
}

/** A value of a JSON object, or undefined. */
export function readProperty(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const entry = Object.entries(value).find(([key]) => key === name);
  return entry?.[1];
}

/** A text of a JSON object, or undefined. */
export function readText(value: unknown, name: string): string | undefined {
  const text = readProperty(value, name);
  return typeof text === 'string' ? text : undefined;
}

export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `MANIFEST_UNKNOWN (manifest unknown)`, on one line whatever the registry sent. */
export function formatRegistryMessages(messages: readonly RegistryMessage[]): string {
  return messages
    .map(({ code, message }) => (message === '' ? code : `${code} (${message})`))
    .join(', ')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, shownMessageLength);
}
