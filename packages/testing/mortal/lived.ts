import { recordAt, textAt, numberAt, type KubernetesObject } from '@slipway/core/manifest';
import { SlipwayError } from '@slipway/core/errors';
import type { Cluster } from '@slipway/io/cluster';
import type { RegistryClient } from '@slipway/io/registry';
import type { Life } from './life.js';
import type { World } from './world.js';

/** A position that the Lease took, and who wrote it there. */
export interface Acknowledgement {
  readonly position: string;
  readonly holder: string;
  readonly transitions: number;
}

/** The cluster and the registry as one writer sees them, as long as it lives. */
export interface Lived {
  readonly cluster: Cluster;
  readonly client: RegistryClient;
}

const positionAnnotation = 'slipway.dev/ledger';

/** @param acknowledged what the Lease takes, in the order in which it took it */
export function liveThrough(
  life: Life,
  world: World,
  { cluster, client }: Lived,
  acknowledged: Acknowledgement[],
): Lived {
  return {
    cluster: liveInCluster({ life, world, acknowledged }, cluster),
    client: liveWithRegistry(life, client),
  };
}

interface Living {
  readonly life: Life;
  readonly world: World;
  readonly acknowledged: Acknowledgement[];
}

function liveInCluster(living: Living, cluster: Cluster): Cluster {
  const { life } = living;
  const write = (
    verb: 'create' | 'replace',
    object: KubernetesObject,
    send: () => Promise<KubernetesObject>,
  ): Promise<KubernetesObject> => {
    const request = `${verb} ${object.kind}`;
    if (object.kind !== 'Lease') return life.write(request, send, isLost);
    const note = async (): Promise<KubernetesObject> => noteLease(living, await send(), object);
    return life.write(request, note, () => true); // one that the API did not take is no write
  };
  return {
    ...cluster,
    get: (identity) => life.read(`get ${identity.kind}`, () => cluster.get(identity)),
    list: (...args) => life.read(`list ${args[0].kind}`, () => cluster.list(...args)),
    create: (object, options) => {
      const send = (): Promise<KubernetesObject> => cluster.create(object, options);
      return options?.dryRun === true
        ? life.read(`create ${object.kind} (dry run)`, send)
        : write('create', object, send);
    },
    replace: (object) => write('replace', object, () => cluster.replace(object)),
    apply: (object, options) => {
      const request = `apply ${object.kind}`;
      const send = (): Promise<KubernetesObject> => cluster.apply(object, options);
      return options.dryRun === true
        ? life.read(`${request} (dry run)`, send)
        : life.write(request, send, isLost);
    },
    patch: (...args) => life.write(`patch ${args[0].kind}`, () => cluster.patch(...args), isLost),
    remove: (identity, options) => {
      const send = (): Promise<boolean> => cluster.remove(identity, options);
      return life.write(`remove ${identity.kind}`, send, isLost);
    },
    requestService: (request) =>
      life.read('request a Service', () => cluster.requestService(request)),
    guardedBy: (guard) => liveInCluster(living, cluster.guardedBy(guard)),
  };
}

/** Follows who holds the Lease, and what it acknowledges. */
function noteLease(
  { life, world, acknowledged }: Living,
  stored: KubernetesObject,
  sent: KubernetesObject,
): KubernetesObject {
  const spec = recordAt(stored, 'spec');
  const holder = textAt(spec, 'holderIdentity') ?? '';
  const transitions = numberAt(spec, 'leaseTransitions') ?? 0;
  life.holds = holder !== '';
  if (life.holds) {
    life.transitions = transitions;
    world.newestTransitions = Math.max(world.newestTransitions, transitions);
  }
  const position = sent.metadata.annotations?.[positionAnnotation];
  if (position !== undefined && acknowledged.at(-1)?.position !== position) {
    acknowledged.push({ position, holder, transitions });
  }
  return stored;
}

function liveWithRegistry(life: Life, client: RegistryClient): RegistryClient {
  return {
    ...client,
    resolve: (...args) => life.read('HEAD a manifest', () => client.resolve(...args)),
    fetchManifest: (...args) => life.read('GET a manifest', () => client.fetchManifest(...args)),
    fetchBlob: (...args) => life.read('GET a blob', () => client.fetchBlob(...args)),
    listTags: (...args) => life.read('GET tags', () => client.listTags(...args)),
    putManifest: (repository, reference, ...rest) => {
      const send = () => client.putManifest(repository, reference, ...rest);
      return life.write(`PUT ${describeTag(reference)}`, send, isLost);
    },
    pushBlob: (...args) => {
      const send = () => client.pushBlob(...args);
      return life.write('push a blob', send, isLost, ({ state }) => state === 'present');
    },
    guardedBy: (guard) => liveWithRegistry(life, client.guardedBy(guard)),
  };
}

function describeTag(reference: string): string {
  if (reference.startsWith('bundle-')) return 'a bundle';
  return /\.\d{8}$/.test(reference) ? 'an event' : 'the head';
}

/** The guard spoke, and nothing was sent. */
function isLost(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === 'lock-lost';
}
