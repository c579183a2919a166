import { systemClock } from '@slipway/io/clock';
import { openLedger, type Ledger } from '@slipway/flow/ledger';
import type { Repository } from '@slipway/core/image-ref';
import type { LeaseInMemory } from '@slipway/testing/ledger';
import type { Proxies } from '../instruments/index.js';
import type { LedgerRun, RegistryTrait, Work } from './cases.js';
import { environment, silent } from './histories.js';
import { openClient } from './stage.js';

export interface Turn {
  readonly registry: RegistryTrait;
  readonly events: number;
  readonly repository: Repository;
  readonly lease: LeaseInMemory;
  readonly latencyMs: number;
}

/** Who has no Lease reads, and then who has it: each by a client that is new. */
export async function measureReads(proxies: Proxies, turn: Turn): Promise<readonly LedgerRun[]> {
  const free = await withLedger(turn, (ledger) =>
    measure(proxies, turn, 'read', () => ledger.read()),
  );
  const held = await withLedger(turn, (ledger) =>
    measure(proxies, turn, 'read under the Lease', () => ledger.read(turn.lease.take())),
  );
  return [free.run, held.run];
}

/**
 * A holder of the Lease reads, and appends. The Lease is in memory: its acknowledgement is held as long as a
 * request to a registry, and counts as one.
 */
export async function measureAppend(proxies: Proxies, turn: Turn): Promise<LedgerRun> {
  const holder = turn.lease.take();
  const writer = {
    ...holder,
    acknowledge: async (position: string): Promise<void> => {
      await systemClock.sleep(turn.latencyMs);
      await holder.acknowledge(position);
    },
  };
  const { run } = await withLedger(turn, async (ledger) => {
    const head = await ledger.read(writer);
    return measure(proxies, turn, 'append', () =>
      ledger.append(head, { kind: 'hold', reason: 'a benchmark' }, writer),
    );
  });
  return { ...run, requests: run.requests + 1 };
}

async function withLedger<T>(
  { repository }: Turn,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const client = await openClient(repository);
  try {
    const seams = { client, clock: systemClock, logger: silent };
    return await work(openLedger({ ...seams, repository, environment }));
  } finally {
    client.close();
  }
}

async function measure<T>(
  proxies: Proxies,
  { registry, events, latencyMs }: Turn,
  work: Work,
  doIt: () => Promise<T>,
): Promise<{ readonly run: LedgerRun; readonly result: T }> {
  await proxies.set({ latencyMs, mode: '', phase: 0 });
  const startMs = systemClock.monotonicMs();
  const result = await doIt();
  const wallMs = systemClock.monotonicMs() - startMs;
  const { blob, manifest, referrers, tags, other } = await proxies.count();
  const requests = blob + manifest + referrers + tags + other;
  return { run: { registry, events, work, wallMs, requests }, result };
}
