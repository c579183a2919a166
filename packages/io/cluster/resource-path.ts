import { formatVersionPath, type ServedKind } from './discovery.js';
import type { ListOptions } from './cluster.js';

/**
 * The path of one object, or of all of a kind when there is no name.
 *
 * @example formatResourcePath('apps/v1', { resource: 'deployments', isNamespaced: true }, 'shop', 'catalog')
 * // '/apis/apps/v1/namespaces/shop/deployments/catalog'
 */
export function formatResourcePath(
  apiVersion: string,
  served: ServedKind,
  namespace?: string,
  name?: string,
): string {
  const scope =
    served.isNamespaced && namespace !== undefined
      ? `/namespaces/${encodeURIComponent(namespace)}`
      : '';
  const item = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${formatVersionPath(apiVersion)}${scope}/${served.resource}${item}`;
}

/** @example formatQuery({ limit: 500, continue: undefined }) // '?limit=500' */
export function formatQuery(
  parameters: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

export function selectors(
  options: ListOptions,
): Readonly<Record<'labelSelector' | 'fieldSelector', string | undefined>> {
  return { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
}
