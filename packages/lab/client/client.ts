import { textAt } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { ClusterPart } from '../cluster/index.js';
import { startCaller, type RawTally } from './caller.js';
import { startPodCaller } from './pod-caller.js';

/** What a client that never stops calling has seen. */
export interface ClientTally {
  readonly requests: number;
  /** Refused, cut off, later than the client's patience, or not answered with 200. Never repeated. */
  readonly failed: number;
  /** The first failures, for people. */
  readonly failures: readonly string[];
  /** How often each answer came, by the name that the caller gives it. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface CallingClient {
  tally(): Promise<ClientTally>;
  /** Resolves when the last request has its answer. */
  stop(): Promise<ClientTally>;
}

/** What is called, and what a good answer's body is counted as. */
export interface Call {
  readonly namespace: string;
  /** Its port 80. */
  readonly service: string;
  readonly path: string;
  readonly name: (body: string) => string;
}

/** Whose Services are called, and by whom. */
export interface ClientPlace {
  readonly part: Pick<ClusterPart, 'inside'>;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ClientOptions {
  /** From one call to the next; 50 ms unless told. */
  readonly everyMs?: number;
  /** How long an answer may take; 2 s unless told. */
  readonly patienceMs?: number;
}

/**
 * Waits until every Service answers for the first time, then calls 20 times a second, unless told: the Services by
 * turns, on a connection of its own and on connections that are kept alive. It calls from this machine where Services
 * can be reached from it, else from a pod.
 */
export async function startClient(
  place: ClientPlace,
  calls: readonly [Call, ...Call[]],
  { everyMs = 50, patienceMs = 2000 }: ClientOptions = {},
): Promise<CallingClient> {
  const [first, ...others] = calls;
  const urls: [string, ...string[]] = [await findUrl(place, first)];
  for (const call of others) urls.push(await findUrl(place, call));
  const options = { urls, everyMs, patienceMs };
  const { inside } = place.part;
  const caller =
    inside === undefined
      ? await startCaller(options, place.clock, place.signal)
      : await startPodCaller({ ...place, ...inside }, options);
  return {
    tally: async () => nameAnswers(await caller.tally(), calls),
    stop: async () => nameAnswers(await caller.stop(), calls),
  };
}

/** As soon as the Service has an address. */
async function findUrl(
  { cluster, clock, signal }: ClientPlace,
  { namespace, service: name, path }: Call,
): Promise<string> {
  for (;;) {
    const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name });
    const address = textAt(service, 'spec', 'clusterIP');
    if (address !== undefined) return `http://${address}${path}`;
    await clock.sleep(100, signal);
  }
}

/** Answers of several addresses may have one name. */
export function nameAnswers(
  { answers: counted, ...tally }: RawTally,
  calls: readonly Pick<Call, 'name'>[],
): ClientTally {
  const answers: Record<string, number> = {};
  for (const { address, body, count } of counted) {
    const name = calls[address]?.name(body) ?? body;
    answers[name] = (answers[name] ?? 0) + count;
  }
  return { ...tally, answers };
}
