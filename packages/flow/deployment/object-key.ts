import type { ObjectIdentity } from '@slipway/core/manifest';

/** The same object may be asked for in another version of its group. */
export function formatObjectKey({ apiVersion, kind, namespace, name }: ObjectIdentity): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [group, kind, namespace, name].join('/');
}
