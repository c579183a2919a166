import type { ObjectIdentity } from '../manifest/index.js';
import type { EventView } from './snapshot.js';

/**
 * Whether a Job that is not there completed before it removed itself (`ttlSecondsAfterFinished`): its controller
 * tells that in an event, which stays.
 *
 * @param events fresh ones about it
 */
export function hasCompleted(
  { kind }: Pick<ObjectIdentity, 'kind'>,
  events: readonly EventView[],
): boolean {
  return kind === 'Job' && events.some(({ reason }) => reason === 'Completed');
}
