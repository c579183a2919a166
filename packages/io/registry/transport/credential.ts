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

/** A password, or the identity token that is given in its place with the user name `<token>`. */
export function passwordCredential(username: string, password: Secret, source: string): Credential {
  return username === '<token>'
    ? { kind: 'identity-token', token: password, source }
    : { kind: 'password', username, password, source };
}

/** Looks up the credential of a registry, once for each. */
export type CredentialSource = (registry: string) => Promise<Credential | undefined>;
