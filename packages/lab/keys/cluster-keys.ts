import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';

/** Who may do what in a cluster: a token for each, known to the API server by a file. */
const accounts = [
  { file: 'admin', user: 'admin', groups: ['system:masters'] },
  { file: 'kube-controller-manager', user: 'system:kube-controller-manager', groups: [] },
  { file: 'kube-scheduler', user: 'system:kube-scheduler', groups: [] },
  { file: 'kube-proxy', user: 'system:kube-proxy', groups: [] },
  { file: 'coredns', user: 'system:coredns', groups: ['system:masters'] },
] as const;

export interface KeyOptions {
  readonly folder: string;
  /** Of the cluster: also the name of the context in its kubeconfig. */
  readonly cluster: string;
  readonly node: string;
  /** `https://10.64.0.11:6443` */
  readonly server: string;
  /** Addresses and names that the API server answers to. */
  readonly serverAddresses: readonly string[];
}

export interface ClusterKeys {
  readonly authority: string;
  /** The kubeconfig that may do everything. */
  readonly kubeconfig: string;
}

/** Makes a cluster's certificate authority, the API server's certificate, tokens and kubeconfigs. */
export async function makeKeys(options: KeyOptions): Promise<ClusterKeys> {
  const { folder, cluster, node, server } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await makeCertificates(folder, cluster, options.serverAddresses);
  makeServiceAccountKeys(folder);
  const authority = readFileSync(join(folder, 'ca.crt'), 'utf8');
  const kubelet = { file: 'kubelet', user: `system:node:${node}`, groups: ['system:nodes'] };
  const tokens = [...accounts, kubelet].map(({ file, user, groups }) => {
    const token = randomBytes(16).toString('hex');
    const text = formatKubeconfig({ cluster, server, authority, user: file, token });
    writeFileSync(join(folder, `${file}.kubeconfig`), text, { mode: 0o600 });
    return `${token},${user},${user},"${groups.join(',')}"\n`;
  });
  writeFileSync(join(folder, 'tokens.csv'), tokens.join(''), { mode: 0o600 });
  return { authority, kubeconfig: join(folder, 'admin.kubeconfig') };
}

export interface KubeconfigFacts {
  readonly cluster: string;
  readonly server: string;
  /** The certificate in PEM. */
  readonly authority: string;
  readonly user: string;
  readonly token: string;
}

/** A kubeconfig with one context, named like the cluster. JSON is YAML too. */
export function formatKubeconfig(facts: KubeconfigFacts): string {
  const { cluster, server, authority, token } = facts;
  const user = `${cluster}-${facts.user}`; // files of several clusters are read as one
  const certificate = Buffer.from(authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': certificate } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: cluster, context: { cluster, user } }],
    'current-context': cluster,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

async function makeCertificates(
  folder: string,
  cluster: string,
  serverAddresses: readonly string[],
): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-subj', `/CN=${cluster}-ca`, '-keyout', 'ca.key', '-out', 'ca.crt'];
  await openssl(folder, ['req', '-x509', '-days', '3650', ...key, ...authority]);
  const names = serverAddresses.map((each) => `${/^[\d.]+$/.test(each) ? 'IP' : 'DNS'}:${each}`);
  const extensions = [`subjectAltName=${names.join(',')}`, 'extendedKeyUsage=serverAuth'];
  await openssl(folder, [
    ...['req', '-x509', '-days', '3650', '-CA', 'ca.crt', '-CAkey', 'ca.key', ...key],
    ...['-subj', '/CN=kube-apiserver', '-keyout', 'api.key', '-out', 'api.crt'],
    ...extensions.flatMap((extension) => ['-addext', extension]),
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  ]);
}

async function openssl(cwd: string, argv: readonly string[]): Promise<void> {
  await runCommand(['openssl', ...argv], { cwd });
}

function makeServiceAccountKeys(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(join(folder, 'sa.key'), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, 'sa.pub'), publicKey);
}
