import { SlipwayError } from '@slipway/core/errors';
import type { LedgerWriter } from '@slipway/flow/ledger';

/** A Lease that tests take over as they like. */
export interface LeaseInMemory {
  /** The last position that a holder acknowledged. */
  acknowledged: string | undefined;
  /** Takes it: whoever had it before has lost it. */
  take(actor?: string): LedgerWriter;
}

/** @param leaseUid tells Leases apart */
export function createLeaseInMemory(leaseUid = 'lease'): LeaseInMemory {
  let transitions = -1;
  const lease: LeaseInMemory = {
    acknowledged: undefined,
    take: (actor = 'ada') => {
      transitions += 1;
      const own = transitions;
      const assertHeld = (): void => {
        if (own !== transitions) throw new SlipwayError('lock-lost', `${actor} lost the Lease`);
      };
      return {
        actor,
        run: { repository: 'shop/catalog', id: `${own + 1}`, attempt: 1, url: '' },
        lease: { clusterUid: 'cluster', leaseUid, transitions: own },
        get acknowledged() {
          return lease.acknowledged;
        },
        assertHeld,
        acknowledge: async (position) => {
          await Promise.resolve();
          assertHeld();
          lease.acknowledged = position;
        },
      };
    },
  };
  return lease;
}
