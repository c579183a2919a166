import { systemClock } from '@slipway/io/clock';
import { verifyLedger } from '@slipway/flow/ledger';
import type { Repository } from '@slipway/core/image-ref';
import type { Proxies } from '../instruments/index.js';
import { environment } from './histories.js';
import { openClient } from './stage.js';

/** What it takes to prove a whole ledger. */
export interface ProofRun {
  readonly events: number;
  readonly wallMs: number;
  readonly requests: number;
}

/** @throws Error when it is not whole */
export async function measureProof(
  proxies: Proxies,
  repository: Repository,
  acknowledged: string,
  latencyMs: number,
): Promise<ProofRun> {
  const client = await openClient(repository);
  const place = { client, clock: systemClock, repository, environment, acknowledged };
  await proxies.set({ latencyMs, mode: '', phase: 0 });
  const startMs = systemClock.monotonicMs();
  const verdict = await verifyLedger(place);
  const wallMs = systemClock.monotonicMs() - startMs;
  const { manifest, tags } = await proxies.count();
  client.close();
  if (!verdict.isWhole) throw new Error(`the ledger breaks at ${verdict.tag}: ${verdict.sentence}`);
  return { events: verdict.length, wallMs, requests: manifest + tags };
}
