import { SlipwayError } from '@slipway/core/errors';
import type { RecordPlace } from '../ledger/index.js';
import { readRecords, type RecordReader } from './read-records.js';
import { computeSystemStatus, type SystemStatus } from './system-status.js';

/**
 * What is where, read from the ledgers alone. A record that cannot be read is said in its place, and comes
 * back as a failure beside all that could be read.
 *
 * @param system how it is called
 */
export async function readSystemStatus(
  system: string,
  places: readonly RecordPlace[],
  reader: RecordReader,
): Promise<{ readonly status: SystemStatus; readonly failure?: SlipwayError }> {
  const records = await readRecords(places, reader);
  const status = computeSystemStatus(system, records, reader.clock.now());
  const failures = records.flatMap((record) => ('failure' in record ? [record] : []));
  const [first] = failures;
  if (first === undefined) return { status };
  const { place, failure: cause } = first;
  const message = `${failures.length} of ${records.length} records could not be read, first that of ${place.service} in ${place.environment}`;
  const fix = cause.fix === undefined ? {} : { fix: cause.fix };
  return { status, failure: new SlipwayError(cause.code, message, { cause, ...fix }) };
}
