import type { KubernetesObject } from '@slipway/core/manifest';
import { isDeepStrictEqual } from 'node:util';

/** Whether a write changed nothing that anybody asked for: status and the API's bookkeeping do not count. */
export function isSameObject(one: KubernetesObject, other: KubernetesObject): boolean {
  return isDeepStrictEqual(
    withoutBookkeeping(one, ['managedFields']),
    withoutBookkeeping(other, ['managedFields']),
  );
}

/** The same, and it would not change either who manages what: then there is nothing to write. */
export function isSameManaged(one: KubernetesObject, other: KubernetesObject): boolean {
  return isDeepStrictEqual(withoutBookkeeping(one, []), withoutBookkeeping(other, []));
}

function withoutBookkeeping(object: KubernetesObject, untold: readonly string[]): unknown {
  return {
    ...without(object, ['status']),
    metadata: without(object.metadata, ['resourceVersion', ...untold]),
  };
}

function without(
  record: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
