import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError, invalidInput } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';
import { CommandError, runCommand } from '../../command/index.js';
import { passwordCredential, type Credential } from './credential.js';
import { readProperty, readText, tryParseJson } from './registry-error.js';

const helperTimeoutMs = 30_000;
const dockerHubKey = 'https://index.docker.io/v1/';

/**
 * The credential that `docker login` or a credential helper keeps for a registry: `credHelpers` of the
 * host, then `credsStore`, then `auths`. Hosts are matched exactly.
 */
export async function findDockerCredential(
  registry: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  const file = join(folder, 'config.json');
  const config = await tryReadConfig(file);
  if (config === undefined) return undefined;
  const helpers = readProperty(config, 'credHelpers');
  const helper = serverKeys(registry)
    .map((key) => readText(helpers, key))
    .find((name) => name !== undefined);
  if (helper !== undefined) return askHelper(helper, registry, signal);
  const store = readText(config, 'credsStore');
  const stored = store === undefined ? undefined : await askHelper(store, registry, signal);
  return stored ?? readAuths(readProperty(config, 'auths'), registry, file);
}

async function tryReadConfig(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  const config = tryParseJson(text);
  if (typeof config === 'object' && config !== null) return config;
  throw invalidInput([
    {
      subject: file,
      expected: 'JSON, as docker login writes it',
      fix: 'Log in again with docker login, or pass registry-auth and set DOCKER_CONFIG to an empty folder.',
    },
  ]);
}

/** The names under which a host's credentials are kept. */
function serverKeys(registry: string): readonly string[] {
  return registry === 'docker.io'
    ? [dockerHubKey, 'docker.io', 'index.docker.io', 'registry-1.docker.io']
    : [registry];
}

function readAuths(auths: unknown, registry: string, file: string): Credential | undefined {
  if (typeof auths !== 'object' || auths === null) return undefined;
  const keys = serverKeys(registry);
  const entry: unknown = Object.entries(auths).find(
    ([key]) => keys.includes(key) || keys.includes(hostOf(key)),
  )?.[1];
  const identityToken = readText(entry, 'identitytoken') ?? '';
  if (identityToken !== '') {
    return { kind: 'identity-token', token: Secret.of(identityToken), source: file };
  }
  const joined = Buffer.from(readText(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = joined.indexOf(':');
  const username = readText(entry, 'username') ?? joined.slice(0, Math.max(0, colon));
  const password = readText(entry, 'password') ?? (colon === -1 ? '' : joined.slice(colon + 1));
  if (username === '' || password === '') return undefined;
  return passwordCredential(username, Secret.of(password), file);
}

/** `https://registry.example.com/v2/` → `registry.example.com` */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

async function askHelper(
  name: string,
  registry: string,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  const input = serverKeys(registry)[0] ?? registry;
  try {
    const { exitCode, stdout } = await runCommand([program, 'get'], {
      input,
      timeoutMs: helperTimeoutMs,
      acceptExitCodes: [1], // “credentials not found in native keychain”
      ...(signal === undefined ? {} : { signal }),
    });
    if (exitCode === 1) return undefined;
    const answer = tryParseJson(stdout);
    const username = readText(answer, 'Username') ?? '';
    const secret = readText(answer, 'Secret') ?? '';
    return secret === '' ? undefined : passwordCredential(username, Secret.of(secret), program);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    signal?.throwIfAborted();
    // What a helper wrote may hold a secret: only how it ended is told.
    throw new SlipwayError(
      'registry-denied',
      `${program}, which keeps the credentials of ${registry}, does not work (${error.kind})`,
      { fix: `Run “echo ${input} | ${program} get”, or pass registry-auth.` },
    );
  }
}
