import { request } from 'node:http';

const timeoutMs = 2000;

/** Whether the engine behind a socket answers (Docker Engine API, `GET /_ping`). */
export function isEngineReady(socketPath: string, stop?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', agent: false, signal });
    asked.on('error', () => resolve(false));
    asked.once('response', (response) => {
      response.resume();
      response.on('error', () => resolve(false));
      response.once('close', () => resolve(response.statusCode === 200));
    });
    asked.end();
  });
}
