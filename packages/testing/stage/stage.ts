import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  parsePinnedReference,
  parseRepository,
  parseTag,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import {
  createRegistryClient,
  openLayout,
  pushImage,
  type RegistryClient,
} from '@slipway/io/registry';
import { buildBusyboxImage } from '@slipway/lab/images';
import {
  startClient,
  type Call,
  type CallingClient,
  type ClientOptions,
} from '@slipway/lab/client';
import { openLab } from '@slipway/lab/parts';
import {
  openAccount,
  type Account,
  type OptionalRole,
  type RecordedRights,
} from '../rights/index.js';
import { createRecordingLogger, type RecordingLogger } from '../logger/index.js';

/** What a test image does: it serves, or it ends with exit code 3 at every start. */
export interface TestImage {
  readonly version: string;
  readonly behaviour: 'serve' | 'crash';
  /** Where one version is several images; default is the version. */
  readonly tag?: string;
}

/** A namespace in the lab's cluster and a repository in its registry that no other suite uses. */
export interface Stage {
  readonly namespace: string;
  readonly repository: Repository;
  readonly registryHost: string;
  readonly client: RegistryClient;
  /** What is tested works with it: with every right, or those of the account that the stage was opened for. */
  readonly cluster: Cluster;
  /** Everything may be done with it: for what a test does and looks at. */
  readonly admin: Cluster;
  /** What the account asked for so far; nothing where the stage was opened for none. */
  readonly rights: RecordedRights;
  readonly kubectl: string;
  /** The administrator’s. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly logger: RecordingLogger;
  /** For files of the suite; goes with the stage. */
  readonly folder: string;
  push(image: TestImage): Promise<PinnedReference>;
  /** Calls Services of the cluster until it is stopped, or the signal is aborted. */
  startClient(
    calls: readonly [Call, ...Call[]],
    signal: AbortSignal,
    options?: ClientOptions,
  ): Promise<CallingClient>;
  /** Makes another namespace, in which what is tested may work as in its own; it goes with the stage. */
  openNamespace(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Work as the service account of docs/rbac/roles.yaml, with these of its optional roles. */
  readonly account?: readonly OptionalRole[];
}

/** @param name of the suite: lower-case letters, digits and “-” */
export async function openStage(name: string, options: StageOptions = {}): Promise<Stage> {
  const lab = await openLab();
  const [registry, part, kubectl] = await Promise.all([
    lab.registry('candidates'),
    lab.cluster('test'),
    lab.program('kubectl'),
  ]);
  const logger = createRecordingLogger();
  const { signal } = new AbortController();
  const clock = systemClock;
  const plainHttp = [registry.host];
  const client = await createRegistryClient({ credentials: [], plainHttp, logger, clock, signal });
  const { kubeconfig, context } = part;
  const open = (access: { kubeconfig: string; context: string }): Promise<Cluster> =>
    openCluster({ ...access, kubectl, logger, clock, signal });
  const admin = await open({ kubeconfig, context });
  const namespace = `${name}-${randomBytes(4).toString('hex')}`;
  const repository = parseRepository(`${registry.host}/${namespace}/app`);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stage-'));
  const others: string[] = [];
  const roles = options.account;
  const account =
    roles &&
    (await openStageAccount({ admin, kubectl, kubeconfig, context, namespace, folder, roles }));
  const cluster = account === undefined ? admin : await open(account);
  return {
    namespace,
    repository,
    registryHost: registry.host,
    client,
    cluster,
    admin,
    rights: account?.rights ?? { used: new Set(), denied: new Set() },
    kubectl,
    kubeconfig,
    context,
    logger,
    folder,
    push: async (image) => {
      const { tag = image.version } = image;
      const layout = join(folder, tag);
      buildImage(layout, image);
      const options = {
        tags: [parseTag(tag)],
        tagPolicy: 'fail',
        isDryRun: false,
      } as const;
      const opened = await openLayout(layout);
      const { digest } = await pushImage(client, opened, repository, { ...options, logger, clock });
      return parsePinnedReference(`${registry.host}/${repository.path}@${digest}`);
    },
    startClient: (calls, until, clientOptions) =>
      startClient({ part, cluster: admin, clock, signal: until }, calls, clientOptions),
    openNamespace: async (other) => {
      await admin.create(describeNamespace(other));
      others.push(other);
      await account?.admitTo(other);
    },
    close: async () => {
      if (account !== undefined) {
        await cluster.close();
        await account.close();
      }
      for (const name of [namespace, ...others]) {
        await admin.remove({ apiVersion: 'v1', kind: 'Namespace', name });
      }
      await admin.close();
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openStageAccount(options: Parameters<typeof openAccount>[0]): Promise<Account> {
  await options.admin.create(describeNamespace(options.namespace));
  return openAccount(options);
}

function describeNamespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function buildImage(layout: string, { version, behaviour, tag = version }: TestImage): void {
  const serve = [
    '#!/bin/sh',
    'trap "kill $server; exit 0" TERM INT',
    'httpd -f -p 8080 -h /www & server=$!',
    'wait $server',
  ];
  const crash = ['#!/bin/sh', 'echo "cannot open the database" >&2', 'exit 3'];
  const script = behaviour === 'serve' ? serve : crash;
  buildBusyboxImage({
    layout,
    files: {
      '/bin/start': { content: `${script.join('\n')}\n`, mode: 0o755 },
      '/www/healthz': { content: 'ok\n' },
      '/www/version': { content: `${version}\n` },
      '/www/tag': { content: `${tag}\n` },
    },
    config: {
      entrypoint: ['/bin/start'],
      env: { PATH: '/bin' },
      user: '1000',
      exposedPorts: ['8080/tcp'],
      labels: { 'org.opencontainers.image.version': version },
    },
  });
}
