import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { maxClusters } from '../addresses/index.js';
import { LabError } from '../errors/index.js';
import { readJson, withLock, writeJson } from '../state/index.js';

/** Each part with a network namespace has its own index in the lab, from which all its addresses follow. */
export async function reserveNodeIndex(
  lab: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  return withLock(join(lab, 'ports.lock'), 'exclusive', { signal }, () => {
    const parts = readdirSync(dirname(folder)).map((part) => join(dirname(folder), part));
    const taken = new Set(parts.filter((part) => part !== folder).map(readNodeIndex));
    const index = Array.from({ length: maxClusters }, (_, position) => position + 1).find(
      (each) => !taken.has(each),
    );
    if (index === undefined)
      throw new LabError(`a lab has room for ${maxClusters} clusters and engines`);
    writeJson(join(folder, 'index.json'), { index });
    return Promise.resolve(index);
  });
}

/** The index of a part; `undefined` when it has none. */
export function readNodeIndex(folder: string): number | undefined {
  const index = readJson(join(folder, 'index.json'))?.['index'];
  return typeof index === 'number' ? index : undefined;
}
