import type { Logger } from '@slipway/io/log';

/** A logger that keeps its lines: `[warning] …`, `[group] …`. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly string[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: string[] = [];
  return {
    lines,
    info: (line) => lines.push(line),
    relay: (line) => lines.push(line),
    warning: (line) => lines.push(`[warning] ${line}`),
    debug: (line) => lines.push(`[debug] ${line}`),
    group: (title, work) => {
      lines.push(`[group] ${title}`);
      return work();
    },
  };
}
