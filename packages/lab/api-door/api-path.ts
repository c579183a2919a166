/** What a path of a Kubernetes API names. */
export interface ApiPath {
  /** Of the collection: `/apis/apps/v1/namespaces/shop/deployments`. */
  readonly collection: string;
  readonly namespace?: string;
  /** `deployments.apps`; the plural alone in the core group. */
  readonly kind: string;
  readonly name?: string;
  /** `exec`, `status`, `token`. */
  readonly subresource?: string;
}

/**
 * @returns undefined for what is no path of objects: `/version`, `/readyz`, discovery
 * @example readApiPath('/api/v1/namespaces/shop/pods/web/exec')
 * // { collection: '/api/v1/namespaces/shop/pods', namespace: 'shop', kind: 'pods', name: 'web', subresource: 'exec' }
 */
export function readApiPath(path: string): ApiPath | undefined {
  const parsed = /^(?<root>\/api\/v1|\/apis\/(?<group>[^/]+)\/[^/]+)\/(?<rest>[^?]+)/.exec(
    path,
  )?.groups;
  const { root, group, rest } = parsed ?? {};
  if (root === undefined || rest === undefined) return undefined;
  const words = rest.split('/').map(decodeURIComponent);
  const isInNamespace =
    words[0] === 'namespaces' && words.length > 2 && !ofNamespaces.includes(words[2] ?? '');
  const [plural = '', name, subresource] = isInNamespace ? words.slice(2) : words;
  const namespace = isInNamespace ? words[1] : undefined;
  return {
    collection: [root, ...(isInNamespace ? words.slice(0, 2) : []), plural].join('/'),
    kind: group === undefined ? plural : `${plural}.${group}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

const ofNamespaces = ['status', 'finalize'];
