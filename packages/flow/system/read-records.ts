import type { SlipwayError } from '@slipway/core/errors';
import type { LedgerState } from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';
import { openLedger, resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';
import { toSlipwayError } from '../runtime/index.js';
import { mapParallel } from '@slipway/core/parallel';

/** What the ledger of a service in an environment says; one that does not exist is without attempts. */
export type ServiceRecord =
  | { readonly place: RecordPlace; readonly state: LedgerState }
  /** It could not be read: it is never taken for empty. */
  | { readonly place: RecordPlace; readonly failure: SlipwayError };

export interface RecordReader {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

const parallelReads = 8;

/** Reads the records of several services side by side; what one of them lacks does not hide the others. */
export async function readRecords(
  places: readonly RecordPlace[],
  { client, clock, logger }: RecordReader,
): Promise<readonly ServiceRecord[]> {
  return mapParallel(parallelReads, places, async (place): Promise<ServiceRecord> => {
    const { environment } = place;
    try {
      const repository = resolveLedgerRepository(place);
      const { state } = await openLedger({
        client,
        clock,
        logger,
        repository,
        environment,
      }).read();
      return { place, state };
    } catch (error) {
      return { place, failure: toSlipwayError(error) };
    }
  });
}
