import { systemClock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';

interface TimedLine {
  readonly atMs: number;
  readonly line: string;
}

/** A logger that remembers when each line was written, on the monotonic clock. */
export interface TimedLogger extends Logger {
  readonly lines: readonly TimedLine[];
  /** When a line that begins so was first written. */
  readonly findTime: (prefix: string) => number | undefined;
}

export function createTimedLogger(): TimedLogger {
  const lines: TimedLine[] = [];
  const write = (line: string): void => {
    lines.push({ atMs: systemClock.monotonicMs(), line });
  };
  return {
    lines,
    findTime: (prefix) => lines.find(({ line }) => line.startsWith(prefix))?.atMs,
    info: write,
    relay: write,
    warning: (line) => write(`[warning] ${line}`),
    debug: () => undefined,
    group: (title, work) => {
      write(`[group] ${title}`);
      return work();
    },
  };
}
