import { digestOf } from '@slipway/core/image-ref';
import type { AttemptEventKind } from '@slipway/core/release';
import type { Ledger, LedgerWriter } from '@slipway/flow/ledger';

/** The holder of a Lease that nobody contests. */
const holder: LedgerWriter = {
  actor: 'ada',
  run: { repository: 'shop/system', id: '1', attempt: 1, url: '' },
  lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
  acknowledged: undefined,
  assertHeld: () => undefined,
  acknowledge: () => Promise.resolve(),
};

/**
 * Writes the events of one deployment, without the deployment.
 *
 * @param clusterUid where somebody goes on with the record in a cluster
 */
export async function appendEvents(
  ledger: Ledger,
  version: string,
  kinds: readonly AttemptEventKind[],
  clusterUid = holder.lease.clusterUid,
): Promise<void> {
  const writer = { ...holder, lease: { ...holder.lease, clusterUid } };
  let head = await ledger.read();
  const digest = digestOf(Buffer.from(version).toString('hex').padEnd(64, '0'));
  const image = `registry.example.com/shop/app@${digest}`;
  const about = { deployment: ledger.nextTag(head), intent: 'deploy', bundle: digest } as const;
  for (const kind of kinds) {
    head = await ledger.append(head, { ...about, kind, image, version }, writer);
  }
}
