import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';

/** PEM files of a private authority and of a server on loopback that it vouches for. */
export interface ServerKeys {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** PEM files of the key that tokens are signed with, and of its certificate. */
export interface SignerKeys {
  readonly certificate: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;
const selfSigned = ['req', '-x509', '-days', '3650', ...newKey] as const;

/** Names beside the loopback ones that a certificate is for: only a proxy leads to them. */
const proxiedNames = ['registry.example.com', 'auth.example.com', 'other.example.com'] as const;

/** Makes an authority of its own for one server, and a certificate for loopback and the names behind a proxy. */
export async function makeServerKeys(folder: string): Promise<ServerKeys> {
  const authority = ['-subj', '/CN=lab-ca', '-keyout', 'ca.key', '-out', 'ca.crt'];
  const names = ['IP:127.0.0.1', 'DNS:localhost', ...proxiedNames.map((name) => `DNS:${name}`)];
  await openssl(folder, [...selfSigned, ...authority]);
  await openssl(folder, [
    ...[...selfSigned, '-CA', 'ca.crt', '-CAkey', 'ca.key'],
    ...['-subj', '/CN=lab', '-keyout', 'server.key', '-out', 'server.crt'],
    ...['-addext', `subjectAltName=${names.join(',')}`],
    ...['-addext', 'extendedKeyUsage=serverAuth'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  ]);
  return {
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
  };
}

/** Makes the P-256 key of a token service, for ES256. */
export async function makeSignerKeys(folder: string): Promise<SignerKeys> {
  const files = ['-subj', '/CN=test-token-service', '-keyout', 'signer.key', '-out', 'signer.crt'];
  await openssl(folder, [...selfSigned, ...files]);
  return { certificate: join(folder, 'signer.crt'), key: join(folder, 'signer.key') };
}

async function openssl(cwd: string, argv: readonly string[]): Promise<void> {
  await runCommand(['openssl', ...argv], { cwd });
}
