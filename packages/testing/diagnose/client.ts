import { request } from 'node:http';
import { systemClock } from '@slipway/io/clock';

export interface ClientCount {
  readonly sent: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly string[];
}

export interface Client {
  /** Waits for the answers that are still on their way. */
  stop(): Promise<ClientCount>;
}

const patienceMs = 5000;
const shown = 3;

/** Sends requests at a rate, each over a connection of its own, and counts what is not answered with 200. */
export function startClient(url: string, perSecond: number): Client {
  const stopping = new AbortController();
  const failures: string[] = [];
  let [sent, failed] = [0, 0];
  const open = new Set<Promise<void>>();
  const send = async (): Promise<void> => {
    const startedMs = systemClock.monotonicMs();
    const problem = await ask(url);
    if (problem === undefined) return;
    failed += 1;
    const tookMs = Math.round(systemClock.monotonicMs() - startedMs);
    if (failures.length < shown) failures.push(`${problem} after ${tookMs} ms`);
  };
  const work = (async () => {
    while (!stopping.signal.aborted) {
      sent += 1;
      const sending = send().finally(() => open.delete(sending));
      open.add(sending);
      await systemClock.sleep(1000 / perSecond);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await work;
      await Promise.all(open);
      return { sent, failed, failures };
    },
  };
}

async function ask(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request(url, { agent: false, timeout: patienceMs }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode ?? 0}`);
      });
      response.on('error', (error) => resolve(error.message));
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.on('error', (error) => resolve(error.message));
    asking.end();
  });
}
