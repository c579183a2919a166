import { join } from 'node:path';
import { bundleProgram } from '../node-program/index.js';
import { requireRunning, startPartProcess } from '../process/index.js';
import { writeJson } from '../state/index.js';
import { waitUntil } from '../waiting/index.js';
import { readDoorHost } from './address.js';
import type { ApiDoorConfig } from './config.js';

export interface ApiDoorPlace extends ApiDoorConfig {
  readonly signal: AbortSignal | undefined;
}

/** Starts the process. Answers with what it listens on: `127.0.0.1:41234`. */
export async function startApiDoor({ signal, ...config }: ApiDoorPlace): Promise<string> {
  const { folder } = config;
  const program = join(folder, 'api-door.mjs');
  await bundleProgram(new URL('main.ts', import.meta.url), program);
  const configFile = join(folder, 'api-door.json');
  writeJson(configFile, config);
  await startPartProcess(folder, {
    name: 'api-door',
    argv: [process.execPath, program, configFile],
  });
  return waitUntil(
    () => {
      requireRunning(folder);
      return readDoorHost(folder);
    },
    { what: 'the door to the API', timeoutMs: 20_000, everyMs: 20, signal },
  );
}
