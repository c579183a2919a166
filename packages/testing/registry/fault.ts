import type { Answer } from './test-server.js';

/** Something that happens to a body on its way, after so many of its bytes have passed. */
export type BodyFault =
  /** The connection breaks. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Nothing comes for a while, then the rest. */
  | { readonly kind: 'slow'; readonly afterBytes: number; readonly waitMs: number }
  /** Nothing comes any more, and the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number };

/** What goes wrong with one request. */
export type Fault =
  /** The registry never hears of it: somebody else answers. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The connection breaks before the registry hears of it. */
  | { readonly kind: 'reset-before' }
  /** The connection breaks after the registry did its work. */
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'request-body'; readonly fault: BodyFault }
  | { readonly kind: 'answer-body'; readonly fault: BodyFault }
  /** The answer's body ends too early; an honest one says the length that it has, the other the true one. */
  | { readonly kind: 'truncate'; readonly bytes: number; readonly isHonest: boolean }
  /** The answer's body has its length, and another byte at its end. */
  | { readonly kind: 'damage' }
  /** The answer's header fields are others; undefined takes one away. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | undefined>> }
  /** The same path at another origin (RFC 9110, 307), with something like a signature. */
  | { readonly kind: 'redirect'; readonly origin: string }
  /** A blob is said to be mounted, and the registry never hears of it. */
  | { readonly kind: 'pretend-mount' }
  /** A body of more bytes is refused (413), as reverse proxies do; the registry never hears of it. */
  | { readonly kind: 'limit'; readonly bytes: number }
  /** The registry is asked for another path. */
  | { readonly kind: 'rewrite'; readonly path: string }
  /** The request waits before the registry hears of it. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'hold'; readonly until: () => Promise<unknown> };

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly hasAuthorization: boolean;
  /** The body, where a manifest is sent. */
  readonly manifest: Buffer | undefined;
}

/** Asked for every request; undefined lets it pass. */
export type FaultSource = (
  request: ProxiedRequest,
) => Fault | undefined | Promise<Fault | undefined>;

/** A fault, and the requests that it happens to. */
export interface FaultRule {
  readonly method?: string;
  /** Looked for in path and query. */
  readonly path?: RegExp;
  /** So many that fit pass first; none when absent. */
  readonly skip?: number;
  /** It happens to so many; to every one when absent. */
  readonly times?: number;
  readonly fault: Fault;
}

/**
 * Which fault happens to each request: that of the first rule that still has one for it.
 *
 * @example planFaults([{ method: 'PUT', path: /manifests/, times: 1, fault: { kind: 'reset-after' } }])
 */
export function planFaults(
  rules: readonly FaultRule[],
): (request: Pick<ProxiedRequest, 'method' | 'path'>) => Fault | undefined {
  const seen = rules.map(() => 0);
  return ({ method, path }) => {
    for (const [index, rule] of rules.entries()) {
      if (rule.method !== undefined && rule.method !== method) continue;
      if (rule.path !== undefined && !rule.path.test(path)) continue;
      const count = seen[index] ?? 0;
      seen[index] = count + 1;
      const skip = rule.skip ?? 0;
      if (count >= skip && count < skip + (rule.times ?? Infinity)) return rule.fault;
    }
    return undefined;
  };
}
