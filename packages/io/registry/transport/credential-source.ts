import { passwordCredential, type Credential, type CredentialSource } from './credential.js';
import { findDockerCredential } from './docker-config.js';
import type { RegistryCredentials } from './registry-auth.js';

/**
 * The lines of `registry-auth` first, then Docker's configuration and its helpers.
 *
 * @param dockerConfigFolder the folder of config.json
 */
export function createCredentialSource(
  given: readonly RegistryCredentials[],
  dockerConfigFolder: string,
  signal?: AbortSignal,
): CredentialSource {
  const found = new Map<string, Promise<Credential | undefined>>();
  return (registry) => {
    const known = found.get(registry);
    if (known !== undefined) return known;
    const own = given.find((line) => line.registry === registry);
    const credential =
      own === undefined
        ? findDockerCredential(registry, dockerConfigFolder, signal)
        : Promise.resolve(passwordCredential(own.username, own.password, 'registry-auth'));
    found.set(registry, credential);
    return credential;
  };
}
