import { systemClock } from '@slipway/io/clock';
import { describePlatform, openTools } from '@slipway/io/tools';
import { cacheFolder } from '../cache/index.js';
import { findProgram } from '../packages/index.js';

/**
 * The kubectl of the search path, else the one that Slipway itself would fetch.
 *
 * @throws SlipwayError `tool-missing` when it is too old or cannot be fetched
 */
export async function locateKubectl(
  log: (line: string) => void,
  signal = new AbortController().signal,
): Promise<string> {
  const silent = (): void => undefined;
  const tools = openTools({
    cacheFolder: cacheFolder(process.env),
    platform: describePlatform(),
    logger: { info: log, relay: log, warning: log, debug: silent, group: (_title, work) => work() },
    clock: systemClock,
    signal,
  });
  const located = await tools.locate('kubectl');
  return findProgram(located) ?? located;
}
