import { formatBytes } from '@slipway/core/byte-size';
import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';

const everyMs = 10_000;

/** Tells now and then how much of an upload is done. */
export interface Progress {
  /** Bytes that were sent, or need not be. */
  add(bytes: number): void;
}

/** @param totalBytes of all that is to be there in the end */
export function createProgress(totalBytes: number, logger: Logger, clock: Clock): Progress {
  const startMs = clock.monotonicMs();
  let lastMs = startMs;
  let done = 0;
  return {
    add: (bytes) => {
      done += bytes;
      const nowMs = clock.monotonicMs();
      if (nowMs - lastMs < everyMs) return;
      lastMs = nowMs;
      const seconds = Math.round((nowMs - startMs) / 1000);
      logger.info(`sending: ${formatBytes(done)} of ${formatBytes(totalBytes)} after ${seconds} s`);
    },
  };
}
