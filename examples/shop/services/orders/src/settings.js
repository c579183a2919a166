/**
 * What the service is told by its environment.
 *
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function readSettings(environment) {
  const [, host, port] = /^(.*):(\d+)$/.exec(environment.ORDERS_ADDRESS ?? ':8080') ?? [];
  if (port === undefined) throw new Error('ORDERS_ADDRESS is not of the form host:port');

  return {
    address: { host: host === '' ? undefined : host, port: Number(port) },
    catalogUrl: environment.CATALOG_URL ?? 'http://catalog',

    version: environment.ORDERS_VERSION ?? '0.0.0',
  };
}
