import { formatDuration } from '@slipway/core/duration';
import type { RolloutStatus } from '@slipway/core/rollout';
import { toPlainText } from './plain-text.js';

export interface RolloutTableOptions {
  readonly waitedMs: number;
  readonly totalMs: number;
}

const marks: Readonly<Record<RolloutStatus['state'], string>> = {
  'in-progress': '…',
  available: '✔',
  failed: '✘',
};

/**
 * How far everything is, for a terminal: what is not there yet first.
 *
 * @param statuses by `formatIdentity`
 * @example formatRolloutTable(statuses, { waitedMs: 4000, totalMs: 600_000 })
 * // ['1 of 2 available, 4 s of 10 min', '… Deployment shop/web   1 of 3 replicas updated', '✔ Service shop/web      available']
 */
export function formatRolloutTable(
  statuses: ReadonlyMap<string, RolloutStatus>,
  { waitedMs, totalMs }: RolloutTableOptions,
): readonly string[] {
  const rows = [...statuses];
  const done = rows.filter(([, { state }]) => state === 'available');
  const open = rows.filter(([, { state }]) => state !== 'available');
  const width = Math.max(0, ...rows.map(([who]) => who.length));
  const waited = formatDuration(Math.floor(waitedMs / 1000) * 1000);
  return [
    `${done.length} of ${rows.length} available, ${waited} of ${formatDuration(totalMs)}`,
    ...[...open, ...done].map(
      ([who, { state, message }]) =>
        `${marks[state]} ${who.padEnd(width)}   ${toPlainText(message)}`,
    ),
  ];
}
