import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitHub, type GitHubStandIn } from '@slipway/lab/github';
import { readCanary, type HiddenText } from '@slipway/testing/canary';
import { startPasswordRegistry, type PasswordRegistry } from '@slipway/testing/registry';
import { openStage, type Stage } from '@slipway/testing/stage';

/** A service whose every secret is the canary. */
export interface SecretPlaces {
  readonly canary: string;
  /** What must turn up nowhere: the canary, and the token of the kubeconfig, which the lab's cluster chose. */
  readonly secrets: readonly HiddenText[];
  readonly stage: Stage;
  /** Where images and ledgers are; its password is the canary. */
  readonly registry: PasswordRegistry;
  readonly registryAuth: string;
  /** Its token is the canary. */
  readonly github: GitHubStandIn;
  /** The folder of a Docker configuration that knows the password too. */
  readonly dockerConfig: string;
  /** The lab's, with a second user whose key and password are the canary. */
  readonly kubeconfig: string;
  readonly workspace: string;
  close(): Promise<void>;
}

const username = 'ci';

/** Puts the canary wherever a secret belongs: registry, GitHub, Docker configuration, kubeconfig, cluster. */
export async function openSecretPlaces(name: string): Promise<SecretPlaces> {
  const canary = readCanary();
  const [stage, registry, github] = await Promise.all([
    openStage(name),
    startPasswordRegistry(username, canary),
    startGitHub(canary),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-places-'));
  const workspace = join(folder, 'workspace');
  for (const each of ['docker', 'workspace/.github']) {
    mkdirSync(join(folder, each), { recursive: true });
  }
  const kubeconfig = join(folder, 'kubeconfig');
  const { text, token } = addUser(readFileSync(stage.kubeconfig, 'utf8'), canary);
  writeFileSync(kubeconfig, text, { mode: 0o600 });
  writeFileSync(join(folder, 'docker/config.json'), formatDockerConfig(registry.host, canary));
  writeFileSync(join(workspace, '.github/slipway.yml'), formatConfig(registry.host, stage));
  await createSecret(stage, canary);
  return {
    canary,
    secrets: [
      { name: 'the canary', text: canary },
      { name: 'the token of the kubeconfig', text: token },
    ],
    stage,
    registry,
    registryAuth: `${registry.host} ${username} ${canary}`,
    github,
    dockerConfig: join(folder, 'docker'),
    kubeconfig,
    workspace,
    close: async () => {
      await github.close();
      await registry.close();
      await stage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The lab's kubeconfigs are JSON. */
function addUser(text: string, canary: string): { readonly text: string; readonly token: string } {
  const config = JSON.parse(text) as {
    readonly users: readonly { readonly user: { readonly token: string } }[];
  };
  const [first] = config.users;
  if (first === undefined) throw new Error('the kubeconfig has no user');
  const key = `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----\n`;
  const user = { username, password: canary, 'client-key-data': toBase64(key) };
  const users = [...config.users, { name: 'by-certificate', user }];
  return { text: JSON.stringify({ ...config, users }), token: first.user.token };
}

function formatDockerConfig(host: string, canary: string): string {
  const auth = toBase64(`${username}:${canary}`);
  return JSON.stringify({
    auths: { [host]: { auth }, 'registry.example.com': { username, password: canary } },
  });
}

function formatConfig(host: string, { namespace }: Stage): string {
  return JSON.stringify({
    apiVersion: 'slipway/v1',
    services: {
      app: { image: `${host}/shop/app`, 'production-image': `${host}/production/app` },
    },
    environments: {
      test: { namespace },
      production: { namespace: `${namespace}-production`, production: true },
    },
    policy: {
      require: ['unit-tests'],
      levels: { major: { 'approval-environment': 'production-approval' } },
    },
  });
}

/** What the workload is given: a password, and an address that holds it as a URL has to. */
async function createSecret({ cluster, namespace }: Stage, canary: string): Promise<void> {
  const metadata = { name: namespace };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
  const url = `postgres://app:${encodeURIComponent(canary)}@db.example.com/shop`;
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database', namespace },
    data: { password: toBase64(canary), url: toBase64(url) },
  });
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
