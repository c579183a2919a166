import { formatIdentity, identify } from '@slipway/core/manifest';
import type { KubernetesObject, ObjectIdentity } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

/** Objects in memory with the API's rules for resource versions; what has no such rule throws. */
export interface ClusterInMemory extends Cluster {
  /** Each request so far: `replace Lease shop/slipway-catalog`. */
  readonly requests: readonly string[];
  /** Called before each request; what it throws is the answer. */
  intercept: (request: string) => void | Promise<void>;
}

function notBuilt(method: string): () => never {
  return () => {
    throw new Error(`a cluster in memory has no ${method}`);
  };
}

export function createClusterInMemory(): ClusterInMemory {
  const objects = new Map<string, KubernetesObject>();
  const requests: string[] = [];
  let version = 0;

  async function receive(verb: string, identity: ObjectIdentity): Promise<string> {
    const key = formatIdentity(identity);
    requests.push(`${verb} ${key}`);
    await cluster.intercept(`${verb} ${key}`);
    return key;
  }

  function store(key: string, object: KubernetesObject): KubernetesObject {
    version += 1;
    const uid = objects.get(key)?.metadata.uid ?? `uid-${version}`;
    const metadata = { ...object.metadata, uid, resourceVersion: String(version) };
    const stored = structuredClone({ ...object, metadata });
    objects.set(key, stored);
    return structuredClone(stored);
  }

  const cluster: ClusterInMemory = {
    context: 'memory',
    server: 'https://memory.example.com',
    requests,
    intercept: () => undefined,
    get: async (identity) => structuredClone(objects.get(await receive('get', identity))),
    create: async (object) => {
      const key = await receive('create', identify(object));
      if (objects.has(key)) throw conflict(key, 'AlreadyExists');
      return store(key, object);
    },
    replace: async (object) => {
      const key = await receive('replace', identify(object));
      const current = objects.get(key);
      if (current === undefined) throw notFound(key);
      if (current.metadata.resourceVersion !== object.metadata.resourceVersion) {
        throw conflict(key, 'Conflict');
      }
      return store(key, object);
    },
    apply: async (object) => store(await receive('apply', identify(object)), object),
    remove: async (identity) => objects.delete(await receive('delete', identity)),
    list: notBuilt('list'),
    watch: notBuilt('watch'),
    isNamespaced: notBuilt('isNamespaced'),
    readLog: notBuilt('readLog'),
    requestService: notBuilt('requestService'),
    close: () => Promise.resolve(),
  };
  return cluster;
}

function conflict(key: string, reason: string): ClusterError {
  return new ClusterError('cluster-refused', `${key}: ${reason}`, { status: 409, reason });
}

function notFound(key: string): ClusterError {
  return new ClusterError('cluster-refused', `${key}: NotFound`, {
    status: 404,
    reason: 'NotFound',
  });
}
