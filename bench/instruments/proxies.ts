import { parseFields, readNumber, readText, readTexts } from './answer-fields.js';
import { startLineProcess } from './line-process.js';

/** What the proxies do to requests, besides holding them. */
export type ProxyMode = '' | 'throttle' | 'phantom-mount';

/** What the proxies do with what follows. */
interface ProxySetting {
  readonly latencyMs: number;
  readonly mode: ProxyMode;
  /** Which of ten requests is answered 429: 0 for the tenth, 9 for the first. */
  readonly phase: number;
}

/** What went through the proxies. */
export interface ProxyCounts {
  readonly blob: number;
  readonly manifest: number;
  readonly referrers: number;
  readonly tags: number;
  /** `/v2/`, mostly. */
  readonly other: number;
  /** Of bodies, in both directions. */
  readonly bytes: number;
  readonly throttled: number;
}

interface Resource {
  readonly url: string;
  /** The media type that is asked for. */
  readonly accept: string;
}

export interface Proxies {
  /** One for each registry, in the same order. */
  readonly hosts: readonly string[];
  /** Also sets the counts to zero. */
  set(setting: ProxySetting): Promise<void>;
  count(): Promise<ProxyCounts>;
  /**
   * What is fetched from where it is said to be, by its digest; nothing is held or counted.
   *
   * @returns `sha256:…` of each, or `''` for what is not there or does not come whole
   */
  digests(resources: readonly Resource[]): Promise<readonly string[]>;
  end(): Promise<void>;
}

/** @param program the program `latency-proxy` */
export async function startProxies(
  program: string,
  registries: readonly string[],
): Promise<Proxies> {
  const proxies = startLineProcess([program, 'proxy', '-upstreams', registries.join()]);
  const where = parseFields(await proxies.readLine());
  const url = `http://${readText(where, 'admin')}/`;
  return {
    hosts: readTexts(where, 'hosts'),
    set: async (setting) => {
      await ask(url, { method: 'PUT', body: JSON.stringify(setting) });
    },
    count: async () => {
      const counts = parseFields(await ask(url, {}));
      return {
        blob: readNumber(counts, 'blob'),
        manifest: readNumber(counts, 'manifest'),
        referrers: readNumber(counts, 'referrers'),
        tags: readNumber(counts, 'tags'),
        other: readNumber(counts, 'other'),
        bytes: readNumber(counts, 'bytes'),
        throttled: readNumber(counts, 'throttled'),
      };
    },
    digests: async (resources) => {
      const init = { method: 'POST', body: JSON.stringify(resources) };
      return readTexts(parseFields(await ask(`${url}digests`, init)), 'digests');
    },
    end: () => proxies.end(),
  };
}

async function ask(url: string, init: RequestInit): Promise<string> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the latency proxy answered ${answer.status} ${text}`);
  return text;
}
