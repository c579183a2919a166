import type { Clock } from '@slipway/io/clock';

export interface BuildProgress {
  /** Takes a line that `go build -v` wrote. */
  readonly onLine: (line: string) => void;
  readonly summary: () => string;
  readonly stop: () => void;
}

const everyMs = 10_000;

/**
 * Says every 10 s how far a build is: `go build -v` names each module that it downloads and each package
 * that it has to compile.
 */
export function watchBuild(
  title: string,
  packages: number,
  log: (line: string) => void,
  clock: Clock,
): BuildProgress {
  const start = clock.monotonicMs();
  const ended = new AbortController();
  const counts = { modules: 0, packages: 0 };
  const elapsed = (): string => formatElapsed(clock.monotonicMs() - start);
  const report = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(everyMs, ended.signal);
      log(`${title}: ${formatCounts(counts, packages)}, ${elapsed()} so far`);
    }
  };
  report().catch(() => undefined); // ends by being aborted
  return {
    onLine: (line) => {
      if (line.startsWith('go: downloading ')) counts.modules += 1;
      else if (/^[\w.~/-]+$/.test(line)) counts.packages += 1;
    },
    summary: () => `${title}: built in ${elapsed()}`,
    stop: () => ended.abort(),
  };
}

/**
 * @example formatCounts({ modules: 210, packages: 830 }, 2837) // '210 modules fetched, 830 of about 2837 packages compiled'
 */
export function formatCounts(
  counts: { readonly modules: number; readonly packages: number },
  packages: number,
): string {
  return `${counts.modules} modules fetched, ${counts.packages} of about ${packages} packages compiled`;
}

/** @example formatElapsed(135_000) // '2 min 15 s' */
export function formatElapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
