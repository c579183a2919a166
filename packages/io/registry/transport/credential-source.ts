import { findContainersCredential } from './containers-auth.js';
import { passwordCredential, type Credential, type CredentialSource } from './credential.js';
import { findDockerCredential } from './docker-config.js';
import type { RegistryCredentials } from './registry-auth.js';

/** Where credentials are kept on this machine. */
export interface CredentialFiles {
  /** The folder of Docker's config.json. */
  readonly dockerConfig: string;
  /** `auth.json` of podman, buildah and skopeo, in the order in which they are asked. */
  readonly authFiles: readonly string[];
}

/** The lines of `registry-auth` first, then Docker's configuration and its helpers, then `auth.json`. */
export function createCredentialSource(
  given: readonly RegistryCredentials[],
  { dockerConfig, authFiles }: CredentialFiles,
  signal?: AbortSignal,
): CredentialSource {
  const ofDocker = remember((registry: string) =>
    findDockerCredential(registry, dockerConfig, signal),
  );
  const findIn = async (registry: string, path?: string): Promise<Credential | undefined> => {
    const own = given.find((line) => line.registry === registry);
    if (own !== undefined) return passwordCredential(own.username, own.password, 'registry-auth');
    const found = await ofDocker(registry);
    if (found !== undefined) return found;
    for (const file of authFiles) {
      const credential = await findContainersCredential(registry, path, file, signal);
      if (credential !== undefined) return credential;
    }
    return undefined;
  };
  return remember(findIn);
}

type Find = (registry: string, path?: string) => Promise<Credential | undefined>;

/** A helper may take a second, and need not be asked twice. */
function remember(find: Find): Find {
  const found = new Map<string, Promise<Credential | undefined>>();
  return (registry, path) => {
    const key = `${registry}/${path ?? ''}`;
    const credential = found.get(key) ?? find(registry, path);
    found.set(key, credential);
    return credential;
  };
}
