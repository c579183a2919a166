import { formatDuration } from '@slipway/core/duration';
import { formatIdentity } from '@slipway/core/manifest';
import type { Finding, RolloutMemory } from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { toPlainText } from './plain-text.js';
import { formatRolloutTable } from './rollout-table.js';

export interface RolloutReporter {
  /** Prints what has changed, or what is waited for when nothing has for 15 s. */
  tell(memory: RolloutMemory, findings: readonly Finding[]): void;
  /** Takes away what a terminal shows. */
  end(): void;
}

export interface RolloutReporterOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** On the monotonic clock. */
  readonly startedMs: number;
  readonly deadlineMs: number;
}

const heartbeatMs = 15_000;

/** Tells people how a rollout goes: one line for each change, a sign of life, and in a terminal a table. */
export function createRolloutReporter({
  logger,
  clock,
  startedMs,
  deadlineMs,
}: RolloutReporterOptions): RolloutReporter {
  const told = new Map<string, string>();
  let beatMs = startedMs + heartbeatMs;
  const say = (key: string, text: string, isCatch = false): void => {
    const line = toPlainText(text);
    if (told.get(key) === line) return;
    told.set(key, line);
    if (isCatch) logger.warning(line);
    else logger.info(line);
    beatMs = clock.monotonicMs() + heartbeatMs;
  };
  const tellStatuses = ({ statuses }: RolloutMemory): void => {
    for (const [who, { state, reason, message }] of statuses) {
      const isCatch = state === 'available' && reason !== 'Available';
      if (reason !== 'NotObserved') say(who, `${who}: ${message}`, isCatch);
    }
  };
  const tellFindings = (findings: readonly Finding[]): void => {
    for (const { severity, isEarly, code, object, container, sentence } of findings) {
      if (severity === 'terminal' || isEarly === true) continue;
      const key = `${code} ${formatIdentity(object)} ${container ?? ''}`;
      if (!told.has(key)) say(key, `${sentence}; it may heal, waiting`);
    }
  };
  const beat = ({ statuses }: RolloutMemory): void => {
    const open = [...statuses].filter(([, { state }]) => state !== 'available');
    const [first] = open;
    if (first === undefined || clock.monotonicMs() < beatMs) return;
    const [who, { message }] = first;
    const more = open.length === 1 ? '' : ` (and ${open.length - 1} more)`;
    const waited = formatDuration(clock.monotonicMs() - startedMs);
    const total = formatDuration(deadlineMs - startedMs);
    logger.info(toPlainText(`waiting for ${who}: ${message}${more}, ${waited} of ${total}`));
    beatMs += heartbeatMs;
  };
  return {
    tell: (memory, findings) => {
      tellStatuses(memory);
      tellFindings(findings);
      beat(memory);
      const waitedMs = clock.monotonicMs() - startedMs;
      const totalMs = deadlineMs - startedMs;
      logger.show?.(formatRolloutTable(memory.statuses, { waitedMs, totalMs }));
    },
    end: () => logger.show?.([]),
  };
}
