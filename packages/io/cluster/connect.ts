import { formatIdentity, identify } from '@slipway/core/manifest';
import type { KubernetesObject, ObjectIdentity, PatchOperation } from '@slipway/core/manifest';
import { findMissingRule } from './access-review.js';
import { createApiClient, type ApiClient, type ApiClientOptions } from './api-client.js';
import { ClusterError } from './cluster-error.js';
import type { Cluster, ListOptions, ObjectList, ResourceType, WatchEvent } from './cluster.js';
import { createDiscovery, type Discovery, type ServedKind } from './discovery.js';
import { recordAt, textAt } from '@slipway/core/manifest';
import { tryParseRecord } from './json.js';
import { tryReadObject } from './kubernetes-json.js';
import { readContainerLog, requestThroughProxy } from './node-and-service.js';
import type { Operation } from './operation.js';
import { describeRefusal } from './refusal.js';
import { formatQuery, formatResourcePath, selectors } from './resource-path.js';
import { readWatchEvents } from './watch-stream.js';

const pageSize = 500;
/** The server ends a watch after this time, so that a stream that died silently is noticed. */
const watchSeconds = 300;

/** The API behind a socket that adds the credentials (`kubectl proxy`). */
export function connectCluster(
  options: ApiClientOptions & { readonly close: () => Promise<void> },
): Cluster {
  const client = createApiClient(options);
  return useClient(client, createDiscovery(client), options.close);
}

function useClient(
  client: ApiClient,
  discovery: Discovery,
  closeWay: () => Promise<void>,
): Cluster {
  const { context, server } = client.name;
  return {
    context,
    server,
    get: (identity) => getObject(client, discovery, identity),
    list: (type, listOptions = {}) => listObjects(client, discovery, type, listOptions),
    watch: (type, watchOptions) => watchObjects(client, discovery, type, watchOptions),
    create: (object, { dryRun } = {}) =>
      writeObject(client, discovery, object, { verb: 'create', isDryRun: dryRun === true }),
    replace: (object) =>
      writeObject(client, discovery, object, { verb: 'replace', isDryRun: false }),
    apply: async (object, { fieldManager, force, dryRun }) => {
      const operation = { verb: 'apply', subject: formatIdentity(identify(object)) } as const;
      const served = await findServed(client, discovery, object, operation);
      const query = formatQuery({
        fieldManager,
        force: force === true ? true : undefined,
        dryRun: dryRun === true ? 'All' : undefined,
        fieldValidation: 'Strict',
      });
      const body = await client.call({
        method: 'PATCH',
        path: pathOf(client, served, identify(object), operation) + query,
        contentType: 'application/apply-patch+yaml',
        body: object,
        operation,
      });
      return parseObject(client, body, operation);
    },
    patch: (identity, operations, { fieldManager }) =>
      patchObject(client, discovery, identity, { operations, fieldManager }),
    remove: (identity, removeOptions = {}) =>
      removeObject(client, discovery, identity, removeOptions),
    findMissingRule: (right) => findMissingRule(client, discovery, right),
    isNamespaced: async (type) => (await discovery.find(type))?.isNamespaced,
    readLog: (logOptions) => readContainerLog(client, logOptions),
    requestService: (request) => requestThroughProxy(client, request),
    guardedBy: (guard) => useClient(client.guardedBy(guard), discovery, closeWay),
    close: async () => {
      client.close();
      await closeWay();
    },
  };
}

async function findServed(
  client: ApiClient,
  discovery: Discovery,
  type: ResourceType,
  operation: Operation,
): Promise<ServedKind> {
  const served = await discovery.find(type);
  if (served !== undefined) return served;
  throw new ClusterError(
    'cluster-refused',
    `the cluster ${client.name.context} cannot ${operation.verb} ${operation.subject}: it does not know the kind ${type.kind} of ${type.apiVersion}`,
    {
      status: 404,
      reason: 'NotFound',
      fix: 'Correct apiVersion and kind, or install the CustomResourceDefinition.',
    },
  );
}

/** A namespaced object without a namespace would otherwise end as an unclear 404. */
function pathOf(
  client: ApiClient,
  served: ServedKind,
  { apiVersion, namespace, name }: ObjectIdentity,
  operation: Operation,
): string {
  if (served.isNamespaced && namespace === undefined) {
    throw new ClusterError(
      'cluster-refused',
      `the cluster ${client.name.context} cannot ${operation.verb} ${operation.subject}: it lives in a namespace and none is given`,
    );
  }
  return formatResourcePath(apiVersion, served, namespace, name);
}

function parseObject(client: ApiClient, body: string, operation: Operation): KubernetesObject {
  const object = tryReadObject(tryParseRecord(body));
  if (object !== undefined) return object;
  throw unreadable(client, operation, body);
}

function unreadable(client: ApiClient, { verb, subject }: Operation, body: string): ClusterError {
  return new ClusterError(
    'cluster-refused',
    `the cluster ${client.name.context} answered to ${verb} ${subject} with what is no Kubernetes object: ${body.slice(0, 200)}`,
  );
}

async function getObject(
  client: ApiClient,
  discovery: Discovery,
  identity: ObjectIdentity,
): Promise<KubernetesObject | undefined> {
  const operation = { verb: 'get', subject: formatIdentity(identity) } as const;
  const served = await discovery.find(identity);
  if (served === undefined) return undefined;
  const path = pathOf(client, served, identity, operation);
  const response = await client.send({ method: 'GET', path, operation });
  if (response.status === 404) return undefined;
  if (response.status >= 400) throw describeRefusal(client.name, operation, response);
  return parseObject(client, response.body, operation);
}

async function listObjects(
  client: ApiClient,
  discovery: Discovery,
  type: ResourceType,
  options: ListOptions,
): Promise<ObjectList> {
  const operation = { verb: 'list', subject: describeList(type, options) } as const;
  const served = await findServed(client, discovery, type, operation);
  const path = formatResourcePath(type.apiVersion, served, options.namespace);
  const items: KubernetesObject[] = [];
  let position: string | undefined;
  for (;;) {
    const query = formatQuery({ ...selectors(options), limit: pageSize, continue: position });
    const page = await client.call({ method: 'GET', path: path + query, operation });
    const record = tryParseRecord(page);
    const metadata = recordAt(record, 'metadata');
    const entries = record?.['items'];
    const resourceVersion = textAt(metadata, 'resourceVersion');
    if (!Array.isArray(entries) || resourceVersion === undefined) {
      throw unreadable(client, operation, page);
    }
    for (const entry of entries) {
      const object = tryReadObject(entry, { apiVersion: type.apiVersion, kind: type.kind });
      if (object === undefined) throw unreadable(client, operation, JSON.stringify(entry));
      items.push(object);
    }
    position = textAt(metadata, 'continue');
    if (position === undefined) return { resourceVersion, items };
  }
}

function describeList(type: ResourceType, { namespace }: ListOptions): string {
  return `${type.kind} objects ${namespace === undefined ? 'of all namespaces' : `in ${namespace}`}`;
}

async function* watchObjects(
  client: ApiClient,
  discovery: Discovery,
  type: ResourceType,
  options: ListOptions & { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncIterable<WatchEvent> {
  const operation = { verb: 'watch', subject: describeList(type, options) } as const;
  try {
    const served = await findServed(client, discovery, type, operation);
    const query = formatQuery({
      ...selectors(options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: watchSeconds,
    });
    const path = formatResourcePath(type.apiVersion, served, options.namespace) + query;
    const stream = await client.stream({ method: 'GET', path, operation }, options.signal);
    yield* readWatchEvents(stream, type, client.name, operation);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

async function writeObject(
  client: ApiClient,
  discovery: Discovery,
  object: KubernetesObject,
  { verb, isDryRun }: { readonly verb: 'create' | 'replace'; readonly isDryRun: boolean },
): Promise<KubernetesObject> {
  const identity = identify(object);
  const operation = { verb, subject: formatIdentity(identity) };
  const served = await findServed(client, discovery, object, operation);
  const itemPath = pathOf(client, served, identity, operation);
  const collectionPath = formatResourcePath(identity.apiVersion, served, identity.namespace);
  const query = isDryRun ? formatQuery({ dryRun: 'All', fieldValidation: 'Strict' }) : '';
  const body = await client.call({
    method: verb === 'create' ? 'POST' : 'PUT',
    path: (verb === 'create' ? collectionPath : itemPath) + query,
    body: object,
    operation,
  });
  return parseObject(client, body, operation);
}

async function patchObject(
  client: ApiClient,
  discovery: Discovery,
  identity: ObjectIdentity,
  patch: { readonly operations: readonly PatchOperation[]; readonly fieldManager: string },
): Promise<KubernetesObject> {
  const operation = { verb: 'patch', subject: formatIdentity(identity) } as const;
  const served = await findServed(client, discovery, identity, operation);
  const query = formatQuery({ fieldManager: patch.fieldManager });
  const body = await client.call({
    method: 'PATCH',
    path: pathOf(client, served, identity, operation) + query,
    contentType: 'application/json-patch+json',
    body: patch.operations,
    operation,
  });
  return parseObject(client, body, operation);
}

async function removeObject(
  client: ApiClient,
  discovery: Discovery,
  identity: ObjectIdentity,
  { dryRun, uid }: { readonly dryRun?: boolean; readonly uid?: string },
): Promise<boolean> {
  const operation = { verb: 'delete', subject: formatIdentity(identity) } as const;
  const served = await discovery.find(identity);
  if (served === undefined) return false;
  const response = await client.send({
    method: 'DELETE',
    path: pathOf(client, served, identity, operation),
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...(dryRun === true ? { dryRun: ['All'] } : {}),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    },
    operation,
  });
  const isAnother = response.status === 409 && uid !== undefined;
  if (response.status === 404 || isAnother) return false;
  if (response.status >= 400) throw describeRefusal(client.name, operation, response);
  return true;
}
