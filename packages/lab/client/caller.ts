import { Agent, get } from 'node:http';
import type { Clock } from '@slipway/io/clock';

/** What a client has seen, before anybody names the answers. */
export interface RawTally {
  readonly requests: number;
  /** Refused, cut off, later than the client's patience, or not answered with 200. Never repeated. */
  readonly failed: number;
  /** The first failures, for people. */
  readonly failures: readonly string[];
  readonly answers: readonly CountedAnswer[];
}

interface CountedAnswer {
  /** Which of the addresses gave it, from 0. */
  readonly address: number;
  readonly body: string;
  readonly count: number;
}

export interface Caller {
  tally(): Promise<RawTally>;
  /** Resolves when the last request has its answer. */
  stop(): Promise<RawTally>;
}

export interface CallerOptions {
  readonly urls: readonly [string, ...string[]];
  /** From one call to the next. */
  readonly everyMs: number;
  /** How long an answer may take. */
  readonly patienceMs: number;
}

/**
 * Waits until every address answers for the first time, then calls without end: the addresses by turns, on a
 * connection of its own and on connections that are kept alive.
 */
export async function startCaller(
  { urls, everyMs, patienceMs }: CallerOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Caller> {
  const counts = { requests: 0, failed: 0 };
  const failures: string[] = [];
  const answers = new Map<string, CountedAnswer>();
  const kept = new Agent({ keepAlive: true, maxSockets: 8 });
  const stopped = new AbortController();
  const until = AbortSignal.any([signal, stopped.signal]);
  const open = new Set<Promise<void>>();
  for (const url of urls) {
    while ((await ask(url, undefined, patienceMs)).status !== 200)
      await clock.sleep(everyMs, signal);
  }

  async function call(address: number, agent: Agent | undefined): Promise<void> {
    const url = urls[address] ?? urls[0];
    const { status, body } = await ask(url, agent, patienceMs);
    counts.requests += 1;
    if (status === 200) {
      const key = `${address} ${body}`;
      answers.set(key, { address, body, count: (answers.get(key)?.count ?? 0) + 1 });
      return;
    }
    counts.failed += 1;
    const connection = agent === undefined ? 'new connection' : 'kept-alive connection';
    if (failures.length < 5)
      failures.push(`${clock.now().toISOString()} ${url}, ${connection}: ${body}`);
  }
  /** A call that is due is made, however late its turn comes: so many in a second they are. */
  async function beat(): Promise<void> {
    const startMs = clock.monotonicMs();
    for (let turn = 0; !until.aborted; turn += 1) {
      const address = Math.floor(turn / 2) % urls.length;
      const answer = call(address, turn % 2 === 0 ? undefined : kept);
      open.add(answer);
      void answer.finally(() => open.delete(answer));
      const dueInMs = startMs + (turn + 1) * everyMs - clock.monotonicMs();
      await clock.sleep(Math.max(0, dueInMs), until).catch(() => undefined); // stopped: the loop ends
    }
  }
  const beating = beat();
  const tally = (): RawTally => ({
    ...counts,
    failures: [...failures],
    answers: [...answers.values()],
  });
  return {
    tally: () => Promise.resolve(tally()),
    stop: async () => {
      stopped.abort();
      await beating;
      await Promise.all(open);
      kept.destroy();
      return tally();
    },
  };
}
/** Never rejects: status 0 is no answer, with the reason as body. */
function ask(
  url: string,
  agent: Agent | undefined,
  patienceMs: number,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const options = agent === undefined ? { agent: false as const } : { agent };
    const request = get(url, { ...options, timeout: patienceMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => resolve({ status: 0, body: error.message }));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const text = Buffer.concat(chunks).toString('utf8').trim();
        resolve({ status, body: status === 200 ? text : `status ${status}` });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${patienceMs} ms`)));
    request.on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}
