import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { textAt } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { listAnnounced, portOf, readCarried } from '../announcement/index.js';
import { readDoorHost, startApiDoor } from '../api-door/index.js';
import type { ClusterPart } from '../cluster/index.js';
import { LabError } from '../errors/index.js';
import { formatKubeconfig, makeServerKeys } from '../keys/index.js';
import { openQuietCluster, type ClusterAccess } from '../open-cluster/index.js';
import { readLabImage, type PartContext } from '../part/index.js';
import { endProcesses, readPartProcesses } from '../process/index.js';
import { readJson, writeJson } from '../state/index.js';
import { startTunnel } from '../tunnel/index.js';
import { waitUntil } from '../waiting/index.js';
import { findContext, readContext, type ApiServer } from './contexts.js';
import { locateKubectl } from './kubectl.js';
import { describeAccount, describeNamespace, tokenName } from './objects.js';
import { removeMade } from './remove-made.js';

/** What is written down of a cluster before anything is made in it. */
interface Facts {
  /** The lab’s own in the cluster. */
  readonly namespace: string;
  /** As the kubeconfig names it. */
  readonly context: string;
  readonly server: string;
  readonly image: string;
  readonly kubectl: string;
}

/**
 * Makes what the lab needs in a cluster that is there: a namespace of its own with an account, a way of the nodes to its
 * registries, and a way to the API that remembers what is made.
 *
 * @param kubeconfig as in `KUBECONFIG`
 * @throws PartLeftOutError where no context is this cluster
 * @throws LabError where it is another one of the lab’s, too
 */
export async function startExistingCluster(
  name: string,
  kubeconfig: string,
  { lab, folder, log, signal }: PartContext,
): Promise<ClusterPart> {
  const kubectl = await locateKubectl(log, signal);
  const place = { kubeconfig, kubectl, signal };
  const context = await findContext(name, place);
  const { text, api } = await readContext(context, place);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(originalFile(folder), text, { mode: 0o600 });
  const namespace = `slipway-lab-${randomBytes(4).toString('hex')}`;
  const facts = {
    namespace,
    context,
    server: api.server,
    image: readLabImage(process.env),
    kubectl,
  };
  writeJson(factsFile(folder), facts);
  const cluster = await openOriginal(folder, facts, signal);
  try {
    await assertApart(cluster, name, folder);
    const token = await makeAccount(cluster, namespace, signal);
    await openDoor({ name, folder, namespace, api, token, signal });
    const config = { lab, folder, namespace, kubectl, kubeconfig: originalFile(folder), context };
    await startTunnel({ ...config, cluster, image: facts.image, signal });
  } finally {
    await cluster.close();
  }
  return toPart(name, folder, facts);
}

/** The cluster when its API answers and its nodes reach every registry; `undefined` when not. */
export async function checkExistingCluster(
  name: string,
  { lab, folder }: PartContext,
): Promise<ClusterPart | undefined> {
  const facts = readFacts(folder);
  const processes = readPartProcesses(folder);
  if (facts === undefined || processes.length < 2 || processes.some((each) => !each.isRunning))
    return undefined;
  if (!(await isCarrying(lab, folder))) return undefined;
  const part = toPart(name, folder, facts);
  const { kubeconfig, context } = part;
  const cluster = await tryOpen({ kubeconfig, context, kubectl: facts.kubectl });
  await cluster?.close();
  return cluster && part;
}

/** One that was announced this moment, or whose node is being linked again, takes a moment. */
async function isCarrying(lab: string, folder: string): Promise<boolean> {
  const carriesAll = (): true | undefined => {
    const carried = readCarried(folder)?.ports ?? [];
    return listAnnounced(lab).every((host) => carried.includes(portOf(host))) ? true : undefined;
  };
  try {
    return await waitUntil(carriesAll, { what: 'the tunnel', timeoutMs: 20_000 });
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}

/**
 * Removes what was made in the cluster through the lab, and waits until it is gone. What is not there is no error.
 *
 * @throws LabError when the cluster cannot be reached, or keeps something
 */
export async function endExistingCluster({ folder }: PartContext): Promise<void> {
  await endProcesses(readPartProcesses(folder), 2000);
  const facts = readFacts(folder);
  if (facts !== undefined) {
    const { namespace } = facts;
    const open = (): Promise<Cluster> => openOriginal(folder, facts, undefined);
    await removeMade({ folder, namespace, context: facts.context, open });
  }
  await rm(folder, { recursive: true, force: true });
}

/** Two contexts may be one cluster, which nobody would mean. */
async function assertApart(cluster: Cluster, name: string, folder: string): Promise<void> {
  const system = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' } as const;
  const uid = (await cluster.get(system))?.metadata.uid ?? '';
  writeJson(join(folder, 'uid.json'), { name, uid });
  const parts = readdirSync(dirname(folder)).map((part) => join(dirname(folder), part));
  const others = parts.filter((part) => part !== folder);
  const same = others
    .map((part) => readJson(join(part, 'uid.json')))
    .find((it) => it?.['uid'] === uid);
  if (same === undefined) return;
  throw new LabError(
    `${name} and ${String(same['name'])} are one cluster: LAB_KUBECONFIG needs a cluster for each`,
  );
}

async function makeAccount(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { metadata } = await cluster.create(describeNamespace(namespace));
  for (const object of describeAccount(namespace, metadata.uid ?? '')) await cluster.create(object);
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: tokenName } as const;
  const encoded = await waitUntil(async () => textAt(await cluster.get(secret), 'data', 'token'), {
    what: `the token of the account in ${namespace}`,
    timeoutMs: 30_000,
    signal,
  });
  return Buffer.from(encoded, 'base64').toString('utf8');
}

interface DoorPlace {
  readonly name: string;
  readonly folder: string;
  readonly namespace: string;
  readonly api: ApiServer;
  readonly token: string;
  readonly signal: AbortSignal | undefined;
}

async function openDoor({ name, folder, api, token, ...place }: DoorPlace): Promise<void> {
  const keys = join(folder, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const { authority, certificate, key } = await makeServerKeys(keys);
  const host = await startApiDoor({ ...api, ...place, folder, token, certificate, key });
  const text = formatKubeconfig({
    ...{ cluster: name, server: `https://${host}`, user: 'lab', token },
    authority: readFileSync(authority, 'utf8'),
  });
  writeFileSync(ownFile(folder), text, { mode: 0o600 });
}

function openOriginal(
  folder: string,
  { context, kubectl }: Facts,
  signal: AbortSignal | undefined,
): Promise<Cluster> {
  return openQuietCluster({ kubeconfig: originalFile(folder), context, kubectl, signal });
}

async function tryOpen(access: ClusterAccess): Promise<Cluster | undefined> {
  try {
    return await openQuietCluster(access);
  } catch {
    return undefined;
  }
}

function toPart(
  name: string,
  folder: string,
  { namespace, context, server, image }: Facts,
): ClusterPart {
  return {
    name,
    kubeconfig: ownFile(folder),
    context: name,
    server: `https://${readDoorHost(folder) ?? ''}`,
    inside: { original: `${context} (${server})`, namespace, image },
  };
}

function readFacts(folder: string): Facts | undefined {
  if (!existsSync(factsFile(folder))) return undefined;
  const value = readJson(factsFile(folder));
  const read = (field: keyof Facts): string => textAt(value, field) ?? '';
  return {
    namespace: read('namespace'),
    context: read('context'),
    server: read('server'),
    image: read('image'),
    kubectl: read('kubectl'),
  };
}

/** The user’s own credentials, of this one context. */
function originalFile(folder: string): string {
  return join(folder, 'keys-original.kubeconfig');
}

/** What users of the lab are given. */
function ownFile(folder: string): string {
  return join(folder, 'admin.kubeconfig');
}

function factsFile(folder: string): string {
  return join(folder, 'cluster.json');
}
