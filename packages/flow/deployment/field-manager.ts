/** Slipway’s name in the API’s record of who manages which fields, where no service is meant. */
export const ownName = 'slipway';

const prefix = `${ownName}-`;

/**
 * Who owns, in the API’s record, the fields that are in the manifests of a service. Each service is a manager of
 * its own: two of them that have the same object are told so instead of overwriting each other.
 *
 * @example fieldManagerOf('orders') // 'slipway-orders'
 */
export function fieldManagerOf(service: string): string {
  return `${prefix}${service}`;
}

/** The service whose field manager this is. */
export function serviceOf(manager: string): string | undefined {
  return manager.startsWith(prefix) ? manager.slice(prefix.length) : undefined;
}
