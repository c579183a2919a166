import { describeError } from '@slipway/core/errors';
import {
  formatIdentity,
  identify,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster, type ResourceType } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { isOverloaded } from './overloaded.js';

/** What to follow: all objects of a kind in a namespace, or of one that is in none. */
export interface Scope {
  readonly type: ResourceType;
  readonly namespace?: string;
  /** Without the right to list it, it counts as empty; absent: that is an error. */
  readonly ifDenied?: 'warn' | 'ignore';
}

export interface FollowOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The objects of some scopes, kept as the cluster has them. */
export interface FollowedObjects {
  /** Everything there is now. */
  read(): readonly KubernetesObject[];
  /** Resolves at the next change; rejects when a scope cannot be followed any longer. */
  changed(): Promise<void>;
  /** Whether objects of a kind in a namespace may not be read. */
  isDenied(identity: ObjectIdentity): boolean;
  close(): Promise<void>;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

const pauseMs = 1000;
/** For so long a cluster may be away in the middle; its own retries come on top. */
const patienceMs = 60_000;
/** What could be followed for so long is allowed. */
const settledMs = 5000;

/**
 * Lists every scope and then watches them all side by side: a version that is too old leads to a new list, a
 * stream that ends to a new watch.
 *
 * @returns once everything is listed
 * @throws ClusterError when a scope cannot be listed
 */
export async function followObjects(
  cluster: Cluster,
  scopes: readonly Scope[],
  options: FollowOptions,
): Promise<FollowedObjects> {
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const stores = scopes.map(() => new Map<string, KubernetesObject>());
  const waiting = new Set<Waiter>();
  const denied = new Set<Scope>();
  let failure: unknown;
  const settle = (finish: (each: Waiter) => void): void => {
    for (const each of waiting) finish(each);
    waiting.clear();
  };
  const listed = scopes.map(() => Promise.withResolvers<undefined>());
  const tasks = scopes.map(async (scope, index) => {
    const store = stores[index] ?? new Map<string, KubernetesObject>();
    try {
      await followScope(cluster, scope, { ...options, signal }, store, (isDenied) => {
        if (isDenied === true) denied.add(scope);
        listed[index]?.resolve(undefined);
        settle((each) => each.resolve());
      });
    } catch (error) {
      if (signal.aborted) return;
      failure = error;
      listed[index]?.reject(error);
      settle((each) => each.reject(toError(error)));
    }
  });
  const close = async (): Promise<void> => {
    ending.abort();
    await Promise.all(tasks);
  };
  try {
    await untilAborted(Promise.all(listed.map(({ promise }) => promise)), options.signal);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    read: () => stores.flatMap((store) => [...store.values()]),
    changed: () => {
      if (failure !== undefined) return Promise.reject(toError(failure));
      return new Promise((resolve, reject) => waiting.add({ resolve, reject }));
    },
    isDenied: ({ apiVersion, kind, namespace }) =>
      [...denied].some(
        ({ type, ...scope }) =>
          type.apiVersion === apiVersion && type.kind === kind && scope.namespace === namespace,
      ),
    close,
  };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The work, or the reason of the signal as soon as it is aborted. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stop = Promise.withResolvers<never>();
  const onAbort = (): void => stop.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

type Store = Map<string, KubernetesObject>;

async function followScope(
  cluster: Cluster,
  scope: Scope,
  options: FollowOptions,
  store: Store,
  onChange: (isDenied?: boolean) => void,
): Promise<void> {
  const { clock, logger, signal } = options;
  let failingSinceMs: number | undefined;
  let firstListMs: number | undefined;
  while (!isOver(signal)) {
    try {
      const list = await cluster.list(scope.type, whereOf(scope));
      failingSinceMs = undefined;
      firstListMs ??= clock.monotonicMs();
      store.clear();
      for (const object of list.items) store.set(formatIdentity(identify(object)), object);
      onChange();
      await watchScope(cluster, scope, options, store, onChange, list.resourceVersion);
    } catch (error) {
      if (isOver(signal)) return;
      if (isTooOld(error)) continue;
      const now = clock.monotonicMs();
      failingSinceMs ??= now;
      const wasAllowed = firstListMs !== undefined && failingSinceMs - firstListMs >= settledMs;
      if (isDenied(error) && scope.ifDenied !== undefined && !wasAllowed) {
        if (scope.ifDenied === 'warn') logger.warning(describeDenied(scope));
        store.clear();
        onChange(true);
        return;
      }
      // an API server that has just been started may not know yet who may do what
      const isPassing = mayPass(error) || (isDenied(error) && wasAllowed);
      if (!isPassing || now - failingSinceMs >= patienceMs) throw error;
      logger.debug(`${describeScope(scope)}: ${describeError(error)}`);
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** Asked anew each time: it changes while others run. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function isTooOld(error: unknown): boolean {
  return error instanceof ClusterError && (error.status === 410 || error.reason === 'Expired');
}

function isDenied(error: unknown): boolean {
  return error instanceof ClusterError && (error.status === 401 || error.status === 403);
}

function mayPass(error: unknown): boolean {
  return (
    !(error instanceof ClusterError) || isOverloaded(error) || error.code === 'cluster-unreachable'
  );
}

function describeDenied(scope: Scope): string {
  return `${describeScope(scope)} cannot be read, so a failure may have no cause: grant list and watch`;
}

function whereOf({ namespace }: Scope): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function describeScope({ type, namespace }: Scope): string {
  return namespace === undefined ? `${type.kind} objects` : `${type.kind} objects in ${namespace}`;
}

async function watchScope(
  cluster: Cluster,
  scope: Scope,
  { clock, signal }: FollowOptions,
  store: Store,
  onChange: () => void,
  from: string,
): Promise<void> {
  let resourceVersion = from;
  while (!isOver(signal)) {
    const startedMs = clock.monotonicMs();
    const options = { ...whereOf(scope), resourceVersion, signal };
    for await (const event of cluster.watch(scope.type, options)) {
      if (event.type === 'bookmark') {
        resourceVersion = event.resourceVersion;
        continue;
      }
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
      const key = formatIdentity(identify(event.object));
      if (event.type === 'deleted') store.delete(key);
      else store.set(key, event.object);
      onChange();
    }
    const isQuick = clock.monotonicMs() - startedMs < pauseMs;
    if (isQuick && !isOver(signal)) await clock.sleep(pauseMs, signal);
  }
}
