import { formatIdentity, identify } from '@slipway/core/manifest';
import type { KubernetesObject, ObjectIdentity } from '@slipway/core/manifest';
import { isDeepStrictEqual } from 'node:util';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

/** Objects in memory with the API's rules for resource versions; what has no such rule throws. */
export interface ClusterInMemory extends Cluster {
  /** Each request so far: `replace Lease shop/slipway-catalog`, `apply Service shop/catalog (dry run, forced)`. */
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

  async function receive(
    verb: string,
    identity: ObjectIdentity,
    options: Readonly<Record<string, boolean | undefined>> = {},
  ): Promise<string> {
    const key = formatIdentity(identity);
    const chosen = Object.keys(options).filter((name) => options[name] === true);
    const request = `${verb} ${key}${chosen.length === 0 ? '' : ` (${chosen.join(', ')})`}`;
    requests.push(request);
    await cluster.intercept(request);
    return key;
  }

  /** The object as it would be; a write that changes nothing changes no version either. */
  function plan(key: string, object: KubernetesObject): KubernetesObject {
    const current = objects.get(key);
    const next = String(version + 1);
    const { uid = `uid-${next}`, resourceVersion = next } = current?.metadata ?? {};
    const planned = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
    if (isDeepStrictEqual(planned, current)) return planned;
    return { ...planned, metadata: { ...planned.metadata, resourceVersion: next } };
  }

  function store(key: string, object: KubernetesObject): KubernetesObject {
    const stored = structuredClone(plan(key, object));
    version = Math.max(version, Number(stored.metadata.resourceVersion));
    objects.set(key, stored);
    return structuredClone(stored);
  }

  const cluster: ClusterInMemory = {
    context: 'memory',
    server: 'https://memory.example.com',
    requests,
    intercept: () => undefined,
    get: async (identity) => structuredClone(objects.get(await receive('get', identity))),
    create: async (object, { dryRun } = {}) => {
      const key = await receive('create', identify(object), { 'dry run': dryRun });
      if (objects.has(key)) throw conflict(key, 'AlreadyExists');
      return structuredClone((dryRun === true ? plan : store)(key, object));
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
    apply: async (object, { fieldManager, dryRun, force }) => {
      const options = { 'dry run': dryRun, forced: force };
      const key = await receive('apply', identify(object), options);
      const metadata = { ...object.metadata, managedFields: [{ manager: fieldManager }] };
      return structuredClone((dryRun === true ? plan : store)(key, { ...object, metadata }));
    },
    remove: async (identity, { dryRun } = {}) => {
      const key = await receive('delete', identity, { 'dry run': dryRun });
      return dryRun === true ? objects.has(key) : objects.delete(key);
    },
    patch: notBuilt('patch'),
    list: async ({ apiVersion, kind }, { namespace } = {}) => {
      requests.push(`list ${kind} objects`);
      await cluster.intercept(`list ${kind} objects`);
      const items = [...objects.values()].filter(
        (object) =>
          object.apiVersion === apiVersion &&
          object.kind === kind &&
          (namespace === undefined || object.metadata.namespace === namespace),
      );
      return { resourceVersion: String(version), items: structuredClone(items) };
    },
    watch: notBuilt('watch'),
    findMissingRule: notBuilt('findMissingRule'),
    isNamespaced: notBuilt('isNamespaced'),
    readLog: notBuilt('readLog'),
    requestService: notBuilt('requestService'),
    guardedBy: (guard) => guardWrites(cluster, guard),
    close: () => Promise.resolve(),
  };
  return cluster;
}

function guardWrites(cluster: Cluster, guard: () => void): Cluster {
  return {
    ...cluster,
    create: async (...args) => {
      guard();
      return cluster.create(...args);
    },
    replace: async (...args) => {
      guard();
      return cluster.replace(...args);
    },
    apply: async (...args) => {
      guard();
      return cluster.apply(...args);
    },
    remove: async (...args) => {
      guard();
      return cluster.remove(...args);
    },
  };
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
