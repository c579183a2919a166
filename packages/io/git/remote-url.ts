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
