import { runQuietly, type EngineCollaborators } from './docker.js';
import { valueAt, textAt } from './json.js';

/** A check that is due: podman leaves that to systemd, which not every machine has. */
export interface DueCheck {
  /** The ID of the container. */
  readonly container: string;
  readonly timeoutMs: number;
}

const millisecond = 1_000_000; // in nanoseconds, as durations are given
const defaultIntervalMs = 30_000;
const defaultTimeoutMs = 30_000;

/**
 * The health checks that are due, of containers that run and are not known to be healthy.
 *
 * @param containers what `podman container inspect` answers
 * @param now in milliseconds since 1970
 */
export function listDueChecks(containers: unknown, now: number): readonly DueCheck[] {
  const list: readonly unknown[] = Array.isArray(containers) ? containers : [];
  return list.flatMap((container) => {
    const id = textAt(container, 'Id');
    const isWaiting =
      valueAt(container, 'State', 'Running') === true &&
      textAt(container, 'State', 'Health', 'Status') === 'starting';
    if (id === undefined || !isWaiting) return [];
    const intervalMs = durationAt(container, 'Interval') ?? defaultIntervalMs;
    const lastMs = Date.parse(
      lastCheck(container) ?? textAt(container, 'State', 'StartedAt') ?? '',
    );
    if (now < lastMs + intervalMs) return [];
    return { container: id, timeoutMs: durationAt(container, 'Timeout') ?? defaultTimeoutMs };
  });
}

function lastCheck(container: unknown): string | undefined {
  const log = valueAt(container, 'State', 'Health', 'Log');
  return Array.isArray(log) ? textAt(log.at(-1), 'End') : undefined;
}

function durationAt(container: unknown, name: string): number | undefined {
  const nanoseconds = valueAt(container, 'Config', 'Healthcheck', name);
  return typeof nanoseconds === 'number' && nanoseconds > 0 ? nanoseconds / millisecond : undefined;
}

const lookEveryMs = 200;
/** What an answer may take besides the check itself. */
const answerMs = 5000;

/** Containers whose health nobody else checks. */
export interface WatchedContainers {
  /** Answers what `podman container inspect` says of them. */
  readonly read: () => Promise<unknown>;
  /** Whether nobody waits for them any more. */
  readonly isOver: (containers: unknown) => boolean;
}

/** Checks the health of podman’s containers while the work goes on and somebody waits, each when it is due. */
export async function withHealthChecks<T>(
  { read, isOver }: WatchedContainers,
  { clock }: Pick<EngineCollaborators, 'clock'>,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const running = new Set<string>();
  const check = async ({ container, timeoutMs }: DueCheck): Promise<void> => {
    running.add(container);
    const limit = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMs + answerMs)]);
    const argv = ['podman', 'healthcheck', 'run', container] as const;
    await runQuietly(argv, { signal: limit }).catch(() => undefined);
    running.delete(container);
  };
  const watch = async (): Promise<void> => {
    for (let containers: unknown; !isOver(containers); containers = await read()) {
      const due = listDueChecks(containers, clock.now().getTime());
      for (const each of due) if (!running.has(each.container)) void check(each);
      await clock.sleep(lookEveryMs, done.signal);
    }
  };
  const watching = watch().catch(() => undefined); // ends by being aborted
  try {
    return await work();
  } finally {
    done.abort();
    await watching;
  }
}
