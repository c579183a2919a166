import { findHostEntry, findNearestEntry, readEntry, tryReadAuthFile } from './auth-file.js';
import { askHelper } from './credential-helper.js';
import type { Credential } from './credential.js';
import { findHelper } from './docker-config.js';
import { readProperty } from './registry-error.js';

/**
 * The credential that `podman login`, `buildah login` or `skopeo login` keep (containers-auth.json(5)): the helper
 * of the host, then the entry of the repository or of the nearest namespace around it, then that of the host.
 *
 * @param path of the repository; without it only the host is looked for
 * @param file `auth.json`
 */
export async function findContainersCredential(
  registry: string,
  path: string | undefined,
  file: string,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  const config = await tryReadAuthFile(file);
  if (config === undefined) return undefined;
  const helper = findHelper(config, registry);
  if (helper !== undefined) {
    return askHelper({ ...helper, registry, file, isOfHost: true }, signal);
  }
  const auths = readProperty(config, 'auths');
  const entry =
    path === undefined ? findHostEntry(auths, registry) : findNearestEntry(auths, registry, path);
  return readEntry(entry, registry, file);
}
