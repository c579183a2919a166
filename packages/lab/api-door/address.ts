import { join } from 'node:path';
import { readJson, writeJson } from '../state/index.js';

/** @param host on which the door listens: `127.0.0.1:41234` */
export function writeDoorHost(folder: string, host: string): void {
  writeJson(addressFile(folder), { host });
}

/** On what the door of a cluster listens, or did the last time; undefined before it ever has. */
export function readDoorHost(folder: string): string | undefined {
  const host = readJson(addressFile(folder))?.['host'];
  return typeof host === 'string' ? host : undefined;
}

function addressFile(folder: string): string {
  return join(folder, 'api-door-address.json');
}
