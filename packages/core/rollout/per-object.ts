import type { KubernetesObject } from '../manifest/index.js';

/**
 * The same function, which computes only once for an object. What the API said is never changed in place: it is
 * replaced by a new object, and most of a snapshot is as it was in the one before.
 *
 * @example const nameOf = perObject(({ metadata }) => metadata.name)
 */
export function perObject<T>(
  compute: (object: KubernetesObject) => T,
): (object: KubernetesObject) => T {
  const known = new WeakMap<KubernetesObject, { readonly value: T }>();
  return (object) => {
    const before = known.get(object);
    if (before !== undefined) return before.value;
    const value = compute(object);
    known.set(object, { value });
    return value;
  };
}
