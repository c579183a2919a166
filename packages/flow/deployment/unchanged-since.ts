import { recordsAt, textAt, type KubernetesObject } from '@slipway/core/manifest';

/**
 * Since when objects are as they are: the last time that somebody changed what is asked of them, by the API's own
 * record of fields. What controllers write into their status is no change.
 *
 * @returns RFC 3339; undefined when nothing says it
 */
export function findUnchangedSince(objects: readonly KubernetesObject[]): string | undefined {
  return objects
    .flatMap((object) => recordsAt(object, 'metadata', 'managedFields'))
    .filter((entry) => textAt(entry, 'subresource') === undefined)
    .flatMap((entry) => textAt(entry, 'time') ?? [])
    .toSorted()
    .at(-1);
}
