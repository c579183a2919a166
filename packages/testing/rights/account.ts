import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadYaml, parseManifests, recordsAt, textAt } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { runCommand } from '@slipway/io/command';
import { formatKubeconfig } from '@slipway/lab/keys';
import { startRecordingApi, type RecordedRights } from './recording-api.js';

/** The optional roles of `docs/rbac/roles.yaml`. */
export type OptionalRole =
  'slipway-adopt' | 'slipway-create-secrets' | 'slipway-deploy-cluster' | 'slipway-deploy-roles';

export interface AccountOptions {
  readonly kubectl: string;
  /** Of somebody who may do everything. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly admin: Cluster;
  /** Where the account lives and deploys; it is there. */
  readonly namespace: string;
  /** For its kubeconfig. */
  readonly folder: string;
  readonly roles: readonly OptionalRole[];
}

/** The service account that the documentation tells to make, with the rights that it names. */
export interface Account {
  readonly kubeconfig: string;
  readonly context: string;
  /** What it asked for so far. */
  readonly rights: RecordedRights;
  /** Lets it deploy to another namespace, too, which is there. */
  admitTo(namespace: string): Promise<void>;
  close(): Promise<void>;
}

const rolesFile = fileURLToPath(new URL('../../../docs/rbac/roles.yaml', import.meta.url));
const context = 'account';
const rbac = 'rbac.authorization.k8s.io';
const fieldManager = 'kubectl';

/** Does what `docs/rbac/roles.yaml` says, and opens a way to the API for the account that comes of it. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { admin, namespace, folder, roles } = options;
  const roleObjects = parseManifests(readFileSync(rolesFile, 'utf8'), rolesFile);
  for (const role of roleObjects) await admin.apply(role, { fieldManager, force: true });
  const metadata = { name: 'slipway', namespace };
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const bind = async (role: string, place: { name: string; namespace?: string }): Promise<void> => {
    await admin.create({
      apiVersion: `${rbac}/v1`,
      kind: place.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: place,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    });
  };
  const isOfCluster = (role: string): boolean => role === 'slipway-deploy-cluster';
  const admitTo = async (where: string): Promise<void> => {
    for (const role of ['slipway-deploy', ...roles]) {
      if (!isOfCluster(role)) await bind(role, { name: role, namespace: where });
    }
  };
  const name = `slipway-${namespace}`;
  await bind('slipway-identify', { name, namespace: 'kube-system' });
  for (const role of roles) if (isOfCluster(role)) await bind(role, { name });
  await admitTo(namespace);
  const api = await startRecordingApi({ ...readAccess(options), token: await readToken(options) });
  const kubeconfig = join(folder, 'account.kubeconfig');
  const facts = { cluster: context, authority: '', user: 'slipway', token: 'none' };
  writeFileSync(kubeconfig, formatKubeconfig({ ...facts, server: api.url }));
  return {
    kubeconfig,
    context,
    rights: api.rights,
    admitTo,
    close: async () => {
      await api.close();
      const binding = { apiVersion: `${rbac}/v1`, name } as const;
      await admin.remove({ ...binding, kind: 'RoleBinding', namespace: 'kube-system' });
      await admin.remove({ ...binding, kind: 'ClusterRoleBinding' });
    },
  };
}

async function readToken(options: AccountOptions): Promise<string> {
  const { kubectl, kubeconfig, context: admin, namespace } = options;
  const where = ['--kubeconfig', kubeconfig, '--context', admin, '--namespace', namespace];
  const words = ['create', 'token', 'slipway', '--duration=6h'];
  return (await runCommand([kubectl, ...where, ...words])).stdout.trim();
}

function readAccess({ kubeconfig }: AccountOptions): { server: string; authority: string } {
  const [config] = loadYaml(readFileSync(kubeconfig, 'utf8'));
  const [cluster] = recordsAt(config, 'clusters');
  const authority = textAt(cluster, 'cluster', 'certificate-authority-data') ?? '';
  return {
    server: textAt(cluster, 'cluster', 'server') ?? '',
    authority: Buffer.from(authority, 'base64').toString('utf8'),
  };
}

/** Every right that the roles give: `patch deployments.apps`. */
export function listGranted(roles: readonly string[]): ReadonlySet<string> {
  const documents = loadYaml(readFileSync(rolesFile, 'utf8'));
  const rules = documents
    .filter((role) => roles.includes(textAt(role, 'metadata', 'name') ?? ''))
    .flatMap((role) => recordsAt(role, 'rules'));
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      texts(apiGroups).flatMap((group) =>
        texts(resources).flatMap((resource) =>
          texts(verbs).map((verb) => `${verb} ${group === '' ? resource : `${resource}.${group}`}`),
        ),
      ),
    ),
  );
}

function texts(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item) => typeof item === 'string');
}
