/**
 * Where a repository can be read, from the address that git fetches it from; never with credentials.
 *
 * @example formatWebUrl('git@github.com:shop/orders.git') // 'https://github.com/shop/orders'
 * @returns undefined for a folder, or an address of another kind
 */
export function formatWebUrl(remote: string): string | undefined {
  const scp = /^(?:[^@/]+@)?(?<host>[^:/]+):(?!\/\/)(?<path>.+)$/.exec(remote)?.groups;
  const text = scp === undefined ? remote : `ssh://${scp['host']}/${scp['path']}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, host, pathname } = new URL(text);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(protocol)) return undefined;
  const path = pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  const scheme = protocol === 'http:' ? 'http' : 'https';
  return `${scheme}://${protocol.startsWith('http') ? host : hostname}${path}`;
}

/**
 * What a repository is called where it lies, however it is reached: on another host name, or by another protocol.
 *
 * @example nameRemotePath('git@github.com:shop/orders.git') // 'shop/orders'
 * @example nameRemotePath('/srv/git/orders.git') // 'srv/git/orders'
 */
export function nameRemotePath(remote: string): string {
  const { scheme, rest = '' } = /^(?:(?<scheme>\w+):\/\/)?(?<rest>.*)$/.exec(remote)?.groups ?? {};
  const scp =
    scheme === undefined ? /^[^:/]+:(?<path>.+)$/.exec(rest)?.groups?.['path'] : undefined;
  const hasHost = scheme !== undefined && scheme !== 'file';
  const path = scp ?? (hasHost ? rest.slice(rest.indexOf('/')) : rest);
  return path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
