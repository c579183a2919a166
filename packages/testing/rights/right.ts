/** One thing that an account asks a Kubernetes API to be allowed, as RBAC names it. */
export interface Right {
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
}

/** @example formatRight({ group: 'apps', resource: 'deployments', verb: 'get' }) // 'get deployments.apps' */
export function formatRight({ group, resource, verb }: Right): string {
  return `${verb} ${group === '' ? resource : `${resource}.${group}`}`;
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * What a request needs by RBAC. Undefined where it is about no resource: discovery.
 *
 * @param url path and query, as it was sent
 * @example readRight('GET', '/apis/apps/v1/namespaces/shop/deployments?watch=true') // watch deployments.apps
 */
export function readRight(method: string, url: string): Right | undefined {
  const { pathname, searchParams } = new URL(url, 'http://api');
  const core = /^\/api\/v1\/(?<rest>.+)$/.exec(pathname)?.groups;
  const named = /^\/apis\/(?<group>[^/]+)\/[^/]+\/(?<rest>.+)$/.exec(pathname)?.groups;
  const rest = (core ?? named)?.['rest'];
  if (rest === undefined) return undefined;
  const parts = rest.split('/');
  const isInNamespace = parts[0] === 'namespaces' && parts.length > 2;
  const [resource = '', name, subresource] = isInNamespace ? parts.slice(2) : parts;
  const reading = name !== undefined ? 'get' : searchParams.has('watch') ? 'watch' : 'list';
  return {
    group: named?.['group'] ?? '',
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    verb: method === 'GET' ? reading : (verbs[method] ?? method.toLowerCase()),
  };
}
