import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadYaml, recordsAt, textAt } from '@slipway/core/manifest';
import { runCommand } from '@slipway/io/command';
import { formatKubeconfig } from '@slipway/lab/keys';
import { startRecordingApi } from './recording-api.js';

/** The optional roles of `docs/rbac/roles.yaml`. */
export type OptionalRole =
  'slipway-deploy-roles' | 'slipway-create-secrets' | 'slipway-deploy-cluster';

export interface AccountOptions {
  readonly kubectl: string;
  /** Of somebody who may do everything. */
  readonly kubeconfig: string;
  readonly context: string;
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
  /** `patch deployments.apps`: each right that was used so far. */
  readonly used: ReadonlySet<string>;
  close(): Promise<void>;
}

const rolesFile = fileURLToPath(new URL('../../../docs/rbac/roles.yaml', import.meta.url));
const context = 'account';

/** Does what `docs/rbac/roles.yaml` says, and opens a way to the API for the account that comes of it. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { namespace, folder, roles } = options;
  const account = `--serviceaccount=${namespace}:slipway`;
  await kubectl(options, ['apply', '--server-side', '-f', rolesFile]);
  await kubectl(options, ['-n', namespace, 'create', 'serviceaccount', 'slipway']);
  const bind = (where: string, name: string, role: string): Promise<string> =>
    kubectl(options, [
      ...['-n', where, 'create', 'rolebinding', name, `--clusterrole=${role}`, account],
    ]);
  const isOfCluster = (role: string): boolean => role === 'slipway-deploy-cluster';
  const identifier = `slipway-${namespace}`;
  await Promise.all([
    bind('kube-system', identifier, 'slipway-identify'),
    ...['slipway-deploy', ...roles]
      .filter((role) => !isOfCluster(role))
      .map((role) => bind(namespace, role, role)),
    ...roles
      .filter(isOfCluster)
      .map((role) =>
        kubectl(options, [
          'create',
          'clusterrolebinding',
          identifier,
          `--clusterrole=${role}`,
          account,
        ]),
      ),
  ]);
  const token = await kubectl(options, [
    ...['-n', namespace, 'create', 'token', 'slipway', '--duration=6h'],
  ]);
  const api = await startRecordingApi({ ...readAccess(options), token: token.trim() });
  const kubeconfig = join(folder, 'account.kubeconfig');
  const facts = { cluster: context, authority: '', user: 'slipway', token: 'none' };
  writeFileSync(kubeconfig, formatKubeconfig({ ...facts, server: api.url }));
  return {
    kubeconfig,
    context,
    used: api.used,
    close: async () => {
      await api.close();
      const gone = '--ignore-not-found';
      await kubectl(options, ['-n', 'kube-system', 'delete', 'rolebinding', identifier, gone]);
      await kubectl(options, ['delete', 'clusterrolebinding', identifier, gone]);
    },
  };
}

async function kubectl(
  { kubectl: program, kubeconfig, context: admin }: AccountOptions,
  words: readonly string[],
): Promise<string> {
  const where = ['--kubeconfig', kubeconfig, '--context', admin];
  return (await runCommand([program, ...where, ...words])).stdout;
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
