import type { Secret } from '@slipway/core/secret';

/** What proves who we are: a password for Basic or a token service, or an identity token of OAuth. */
export type Credential =
  | {
      readonly kind: 'password';
      readonly username: string;
      readonly password: Secret;
      readonly source: string;
    }
  | { readonly kind: 'identity-token'; readonly token: Secret; readonly source: string };

/** User names under which the password is an identity token: Docker's, and that of Azure's registries. */
const identityTokenUsers = ['<token>', '00000000-0000-0000-0000-000000000000'];

/** A password, or the identity token that is given in its place. */
export function passwordCredential(username: string, password: Secret, source: string): Credential {
  return identityTokenUsers.includes(username)
    ? { kind: 'identity-token', token: password, source }
    : { kind: 'password', username, password, source };
}

/**
 * Looks up the credential for a registry, or for a repository of it where the path is given: the files of
 * podman, buildah and skopeo can hold one for each. The same question is answered from memory.
 */
export type CredentialSource = (registry: string, path?: string) => Promise<Credential | undefined>;
