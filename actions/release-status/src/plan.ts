import type { SystemConfig } from '@slipway/core/config';
import type { RecordPlace } from '@slipway/flow/ledger';
import { planRecordPlaces } from '@slipway/flow/system';

/**
 * The records that are read: each service in each environment.
 *
 * @throws SlipwayError `invalid-input` with every ledger that cannot be named
 */
export function planStatus(system: SystemConfig): readonly RecordPlace[] {
  return planRecordPlaces(system, [...system.environments.keys()], [...system.services.keys()]);
}
