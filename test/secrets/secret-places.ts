import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { startGitHub, type GitHubStandIn } from '@slipway/lab/github';
import { openLab, type ClusterPart } from '@slipway/lab/parts';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { readCanary, type HiddenText } from '@slipway/testing/canary';
import { openStage, type Stage } from '@slipway/testing/stage';

/** A service whose every secret is the canary. */
export interface SecretPlaces {
  readonly canary: string;
  /** What must turn up nowhere: the canary, and the tokens of the kubeconfigs, which the lab's clusters chose. */
  readonly secrets: readonly HiddenText[];
  readonly stage: Stage;
  /** Where images and ledgers are; its password is the canary. */
  readonly registry: TestRegistry;
  readonly registryAuth: string;
  /** Its token is the canary. */
  readonly github: GitHubStandIn;
  /** The folder of a Docker configuration that knows the password too. */
  readonly dockerConfig: string;
  /** The lab's, with a second user whose key and password are the canary. */
  readonly kubeconfig: string;
  /** Of another cluster, which has the namespace and the Secret too and nothing else. */
  readonly standbyKubeconfig: string;
  readonly workspace: string;
  close(): Promise<void>;
}

const username = 'ci';

/** Puts the canary wherever a secret belongs: registry, GitHub, Docker configuration, kubeconfig, cluster. */
export async function openSecretPlaces(name: string): Promise<SecretPlaces> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    return { ...(await openPlaces(name, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close(); // what is left open keeps the tests from ending
    throw error;
  }
}

async function openPlaces(
  name: string,
  whenClosed: (closer: () => Promise<void>) => void,
): Promise<Omit<SecretPlaces, 'close'>> {
  const canary = readCanary();
  const lab = await openLab();
  whenClosed(() => lab.close());
  const part = await lab.cluster('production');
  const stage = await openStage(name);
  whenClosed(() => stage.close());
  const { namespace, kubectl, logger } = stage;
  const { signal } = new AbortController();
  const standby = await openCluster({ ...part, kubectl, logger, clock: systemClock, signal });
  whenClosed(async () => {
    await standby.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await standby.close();
  });
  const auth = { kind: 'password', username, password: canary } as const;
  const registry = await startTestRegistry({ kind: 'distribution-2', auth });
  whenClosed(() => registry.close());
  const github = await startGitHub(canary);
  whenClosed(() => github.close());
  const folder = mkdtempSync(join(tmpdir(), 'slipway-places-'));
  whenClosed(() => rm(folder, { recursive: true, force: true }));
  for (const cluster of [stage.cluster, standby]) await createSecret(cluster, namespace, canary);
  const test = copyKubeconfig(stage, folder, canary);
  const other = copyKubeconfig(part, folder, canary);
  const files = {
    'docker/config.json': formatDockerConfig(registry.host, canary),
    'workspace/.github/slipway.yml': formatConfig(registry.host, stage),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    canary,
    secrets: [{ name: 'the canary', text: canary }, test.token, other.token],
    stage,
    registry,
    registryAuth: `${registry.host} ${username} ${canary}`,
    github,
    dockerConfig: join(folder, 'docker'),
    kubeconfig: test.file,
    standbyKubeconfig: other.file,
    workspace: join(folder, 'workspace'),
  };
}

/** The lab's kubeconfig, which is JSON, with a second user. */
function copyKubeconfig(
  { kubeconfig, context }: Pick<ClusterPart, 'kubeconfig' | 'context'>,
  folder: string,
  canary: string,
): { readonly file: string; readonly token: HiddenText } {
  const file = join(folder, `${context}.kubeconfig`);
  const { text, token } = addUser(readFileSync(kubeconfig, 'utf8'), canary);
  writeFileSync(file, text, { mode: 0o600 });
  return { file, token: { name: `the token of ${context}`, text: token } };
}

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
      standby: { namespace, like: 'test' },
      production: { namespace: `${namespace}-production`, production: true },
    },
    policy: {
      require: ['unit-tests'],
      levels: { major: { 'approval-environment': 'production-approval' } },
    },
  });
}

/** What the workload is given: a password, and an address that holds it as a URL has to. */
async function createSecret(cluster: Cluster, namespace: string, canary: string): Promise<void> {
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
