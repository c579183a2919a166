import { join } from 'node:path';
import { findHostEntry, readEntry, serverKeys, tryReadAuthFile } from './auth-file.js';
import { askHelper } from './credential-helper.js';
import type { Credential } from './credential.js';
import { readProperty, readText } from './registry-error.js';

/**
 * The credential that `docker login` or a credential helper keeps for a registry: `credHelpers` of the
 * host, then `credsStore`, then `auths`. Hosts are matched exactly; a key with a path below the host is for
 * podman and its kind, and nothing here.
 */
export async function findDockerCredential(
  registry: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  const file = join(folder, 'config.json');
  const config = await tryReadAuthFile(file);
  if (config === undefined) return undefined;
  const helper = findHelper(config, registry);
  if (helper !== undefined) {
    return askHelper({ ...helper, registry, file, isOfHost: true }, signal);
  }
  const name = readText(config, 'credsStore') ?? '';
  const [serverKey = registry] = serverKeys(registry);
  const stored =
    name === ''
      ? undefined
      : await askHelper({ name, serverKey, registry, file, isOfHost: false }, signal);
  return (
    stored ?? readEntry(findHostEntry(readProperty(config, 'auths'), registry), registry, file)
  );
}

/** The helper that `credHelpers` names for a host; an empty name is none. */
export function findHelper(
  config: unknown,
  registry: string,
): { readonly name: string; readonly serverKey: string } | undefined {
  const helpers = readProperty(config, 'credHelpers');
  const [serverKey = registry] = serverKeys(registry);
  for (const key of serverKeys(registry)) {
    const name = readText(helpers, key) ?? '';
    if (name !== '') return { name, serverKey };
  }
  return undefined;
}
