import {
  isAttemptEvent,
  liveAttempt,
  type ChainLink,
  type LedgerEvent,
} from '@slipway/core/release';
import { readChain, readRecordPlace, type RecordPlace } from '@slipway/flow/ledger';
import {
  readRegistryInputs,
  type ActionDefinition,
  type Report,
  type Runtime,
} from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';
import { openRecord } from './record-inputs.js';

interface Inputs {
  readonly place: RecordPlace;
  readonly registry: RegistryOptions;
}

async function run({ place, registry }: Inputs, runtime: Runtime): Promise<readonly ChainLink[]> {
  const { client, ledger } = await openRecord(place, registry, runtime);
  const links = await readChain(client, ledger.repository, ledger.environment);
  for (const line of [...formatHistory(links), ...formatNow(links)]) runtime.logger.info(line);
  return links;
}

function report(links: readonly ChainLink[]): Report {
  return { outputs: { events: JSON.stringify(links.map(({ event }) => event)) }, summary: '' };
}

/**
 * The ledger as a table, oldest event first.
 *
 * @example formatHistory(links)[1] // '1  2026-11-23 10:00:00  started  1.0.0  deploy  …'
 */
export function formatHistory(links: readonly ChainLink[]): readonly string[] {
  const header = ['#', 'at (UTC)', 'event', 'version', 'intent', 'deployment', 'why'];
  const rows = links.map(({ event }) => [
    String(event.sequence),
    event.at.slice(0, 19).replace('T', ' '),
    event.kind,
    ...describeAttempt(event),
    describeWhy(event),
  ]);
  const table = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(column === row.length - 1 ? 0 : (widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function describeAttempt(event: LedgerEvent): readonly string[] {
  return isAttemptEvent(event) ? [event.version, event.intent, event.deployment] : ['', '', ''];
}

function describeWhy(event: LedgerEvent): string {
  const { reason = '' } = event;
  if (!isAttemptEvent(event) || event.cause === undefined) return reason;
  return `${event.cause.code}: ${event.cause.message}`;
}

/** What all events come to: what is live, and what must not be deployed again. */
function formatNow(links: readonly ChainLink[]): readonly string[] {
  const state = links.at(-1)?.event.state;
  if (state === undefined) return ['', 'nothing was ever deployed here'];
  const quarantined = state.quarantined.map(({ version }) => version).join(', ');
  return [
    '',
    `live: ${liveAttempt(state)?.version ?? 'nothing'}`,
    ...(quarantined === '' ? [] : [`quarantined: ${quarantined}`]),
  ];
}

/** `slipway history`: every event of a service in an environment. */
export const history = {
  name: 'history',
  outputs: { events: '[]' },
  readInputs: (read) => ({
    place: readRecordPlace(read, read.service(), read.environment()),
    registry: readRegistryInputs(read),
  }),
  run,
  report,
} satisfies ActionDefinition<Inputs, readonly ChainLink[]>;
