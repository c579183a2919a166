import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

export interface ApiPlace {
  /** `https://10.64.0.11:6443` */
  readonly server: string;
  /** The folder with the cluster's keys. */
  readonly keys: string;
}

const timeoutMs = 5000;

/**
 * What a cluster's API answers to a GET as its administrator; `undefined` when it does not answer with 200.
 */
export async function tryFetch(
  { server, keys }: ApiPlace,
  path: string,
  stop?: AbortSignal,
): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
  const [token = ''] = readFileSync(join(keys, 'tokens.csv'), 'utf8').split(',');
  const ca = readFileSync(join(keys, 'ca.crt'));
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const asked = request(new URL(path, server), { ca, headers, agent: false, signal });
    asked.on('error', () => resolve(undefined));
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.once('close', () => resolve(undefined));
      response.once('end', () =>
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : undefined),
      );
    });
    asked.end();
  });
}

/**
 * Whether a Node, as the API gives it in JSON, has the condition `Ready`.
 *
 * @example isNodeReady('{"status":{"conditions":[{"type":"Ready","status":"True"}]}}') // true
 */
export function isNodeReady(json: string): boolean {
  const node: unknown = JSON.parse(json);
  const conditions = readField(readField(node, 'status'), 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (each: unknown) =>
        readField(each, 'type') === 'Ready' && readField(each, 'status') === 'True',
    )
  );
}

function readField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
