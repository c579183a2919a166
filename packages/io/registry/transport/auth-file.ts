import { readFile } from 'node:fs/promises';
import { invalidInput } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';
import { passwordCredential, type Credential } from './credential.js';
import { readText, tryParseJson } from './registry-error.js';

const maxFileBytes = 4 * 1024 * 1024;
const dockerHubKey = 'https://index.docker.io/v1/';
const absentCodes = ['ENOENT', 'ENOTDIR'];

/**
 * The JSON object in a file of credentials; undefined when there is no such file.
 *
 * @throws SlipwayError `invalid-input` when it cannot be read, and never with what it holds
 */
export async function tryReadAuthFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (absentCodes.includes(readText(error, 'code') ?? '')) return undefined;
    throw refuseFile(file, 'a file that can be read', 'Check its permissions.');
  }
  const config = text.length > maxFileBytes ? undefined : tryParseJson(text);
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  throw refuseFile(
    file,
    'JSON, as docker login or podman login write it',
    'Log in again, or pass registry-auth and set DOCKER_CONFIG to an empty folder.',
  );
}

/**
 * The names under which the credentials of a host are kept; that of `docker login` first. Upper and lower case
 * count, as they do for Docker.
 *
 * @example serverKeys('docker.io')[0] // 'https://index.docker.io/v1/'
 */
export function serverKeys(registry: string): readonly string[] {
  return registry === 'docker.io'
    ? [dockerHubKey, 'docker.io', 'index.docker.io', 'registry-1.docker.io']
    : [registry];
}

/**
 * The entry of a host in `auths`: the one that is called as the host is, else one that is its address
 * (`https://registry.example.com/v2/`).
 */
export function findHostEntry(auths: unknown, registry: string): unknown {
  const entries = readEntries(auths);
  const keys = serverKeys(registry);
  const exact = keys.find((key) => entries.has(key));
  if (exact !== undefined) return entries.get(exact);
  return [...entries].find(([key]) => keys.includes(hostOfAddress(key) ?? ''))?.[1];
}

/**
 * The entry in `auths` of a repository, else of the nearest namespace around it, else of its host
 * (containers-auth.json(5)).
 */
export function findNearestEntry(auths: unknown, registry: string, path: string): unknown {
  const entries = readEntries(auths);
  const parts = path.split('/');
  for (let count = parts.length; count > 0; count -= 1) {
    const namespace = parts.slice(0, count).join('/');
    const key = serverKeys(registry)
      .map((host) => `${host}/${namespace}`)
      .find((each) => entries.has(each));
    if (key !== undefined) return entries.get(key);
  }
  return findHostEntry(auths, registry);
}

/**
 * The credential in an entry of `auths`; undefined when there is none in it, as where a helper keeps it.
 *
 * @throws SlipwayError `invalid-input` when its `auth` cannot be read
 */
export function readEntry(entry: unknown, registry: string, file: string): Credential | undefined {
  const identityToken = readText(entry, 'identitytoken') ?? '';
  if (identityToken !== '') {
    return { kind: 'identity-token', token: Secret.of(identityToken), source: file };
  }
  const auth = readText(entry, 'auth') ?? '';
  const joined = Buffer.from(auth, 'base64').toString('utf8');
  const colon = joined.indexOf(':');
  if (auth !== '' && colon === -1) {
    const fix = 'Log in again.';
    throw refuseFile(file, `an auth of ${registry} that is base64 of “username:password”`, fix);
  }
  const username = readText(entry, 'username') ?? joined.slice(0, Math.max(0, colon));
  // Some tools fill up with NUL, and Docker takes it off.
  const password = (readText(entry, 'password') ?? joined.slice(colon + 1)).replace(/\0+$/, '');
  if (username === '' || password === '') return undefined;
  return passwordCredential(username, Secret.of(password), file);
}

/** @example hostOfAddress('https://registry.example.com/v2/') // 'registry.example.com' */
function hostOfAddress(key: string): string | undefined {
  return /^(?:https?:\/\/)?(?<host>[^/]+)(?:\/(?:v[12]\/?)?)?$/.exec(key)?.groups?.['host'];
}

function readEntries(auths: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof auths === 'object' && auths !== null;
  return new Map<string, unknown>(isObject ? Object.entries(auths) : []);
}

function refuseFile(file: string, expected: string, fix: string): Error {
  return invalidInput([{ subject: file, expected, fix }]);
}
