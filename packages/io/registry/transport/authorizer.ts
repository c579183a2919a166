import type { Clock } from '../../clock/index.js';
import type { Challenge } from './challenge.js';
import type { Credential, CredentialSource } from './credential.js';
import { formatBasic, renewBeforeMs, type Token, type TokenRequest } from './token.js';

/** What a request needs rights for. */
export interface AccessTarget {
  readonly registry: string;
  readonly path: string;
  readonly access: 'pull' | 'push';
  /** A repository beside it that a blob is mounted from; to be read. */
  readonly mountFrom?: string;
}

export interface AuthorizerCollaborators {
  readonly clock: Clock;
  readonly findCredential: CredentialSource;
  /** Asks `/v2/` of a registry how it wants to be spoken to. */
  readonly ping: (registry: string) => Promise<readonly Challenge[]>;
  /** Asks a token service; throws when it refuses. */
  readonly fetchToken: (target: AccessTarget, request: TokenRequest) => Promise<Token>;
  /** The URL of a token service that may be asked. */
  readonly readRealm: (registry: string, realm: string) => URL;
}

/** The headers `Authorization` of one client: schemes learned from challenges, tokens kept by scope. */
export interface Authorizer {
  /** The header to send, or undefined where nothing is known that would need one. */
  authorize(target: AccessTarget): Promise<string | undefined>;
  /** After a 401 to `refused`: another header to try, or undefined when there is none. */
  answer(
    target: AccessTarget,
    challenges: readonly Challenge[],
    refused: string | undefined,
  ): Promise<string | undefined>;
}

/** How a registry is spoken to, once it has said so. */
type Scheme =
  | { readonly kind: 'open' }
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

/**
 * Without credentials nothing is sent until a registry asks. With credentials the registry is asked once
 * (`/v2/`) how it takes them, because some show less to strangers instead of refusing them.
 */
export function createAuthorizer(collaborators: AuthorizerCollaborators): Authorizer {
  const { clock, findCredential, ping, fetchToken, readRealm } = collaborators;
  const schemes = new Map<string, Promise<Scheme>>();
  const tokens = new Map<string, Token>();
  const pending = new Map<string, Promise<Token>>();

  /** Which scheme is used with a credential; the registry is asked for it once. */
  const knownScheme = (registry: string): Promise<Scheme> => {
    const known =
      schemes.get(registry) ??
      ping(registry).then((challenges) => chooseScheme(challenges, registry, readRealm));
    schemes.set(registry, known);
    known.catch(() => schemes.delete(registry));
    return known;
  };

  const askForToken = (
    target: AccessTarget,
    scheme: Scheme & { readonly kind: 'bearer' },
    scopes: readonly string[],
  ): Promise<Token> => {
    const key = tokenKey(target);
    const running = pending.get(key);
    if (running !== undefined) return running;
    const ask = async (): Promise<Token> => {
      const credential = await findCredential(target.registry, target.path);
      const { realm, service } = scheme;
      const token = await fetchToken(target, { realm, service, scopes, credential });
      tokens.set(key, token);
      // It serves for all else in the repository as well.
      if (target.mountFrom !== undefined) tokens.set(tokenKey(withoutMount(target)), token);
      return token;
    };
    const asked = ask().finally(() => pending.delete(key));
    pending.set(key, asked);
    return asked;
  };

  /** A token to push serves to pull as well. */
  const tryUsableToken = (target: AccessTarget): Token | undefined =>
    [tokenKey({ ...target, access: 'push' }), tokenKey(target)]
      .map((key) => tokens.get(key))
      .find(
        (token) => token !== undefined && token.expiresAtMs - renewBeforeMs > clock.monotonicMs(),
      );

  const authorize = async (target: AccessTarget): Promise<string | undefined> => {
    const { registry, path } = target;
    const credential = await findCredential(registry, path);
    if (credential === undefined && !schemes.has(registry)) return undefined;
    const scheme = await knownScheme(registry);
    if (scheme.kind === 'open') return undefined;
    if (scheme.kind === 'basic') return tryFormatBasic(credential);
    const token =
      tryUsableToken(target) ?? (await askForToken(target, scheme, formatScopes(target)));
    return formatBearer(token);
  };

  const answer = async (
    target: AccessTarget,
    challenges: readonly Challenge[],
    refused: string | undefined,
  ): Promise<string | undefined> => {
    const { registry, path } = target;
    const scheme = chooseScheme(challenges, registry, readRealm);
    if (scheme.kind === 'open') return undefined;
    schemes.set(registry, Promise.resolve(scheme));
    if (scheme.kind === 'basic') {
      const header = tryFormatBasic(await findCredential(registry, path));
      return header === refused ? undefined : header;
    }
    const other = tryUsableToken(target);
    if (other !== undefined && formatBearer(other) !== refused) return formatBearer(other);
    const asked = challenges.find(({ scheme: name }) => name === 'bearer')?.parameters.get('scope');
    // What the registry asks for comes first: some services read only that.
    const first = asked === undefined || asked === '' ? [] : [asked];
    const scopes = [...new Set([...first, ...formatScopes(target)])];
    return formatBearer(await askForToken(target, scheme, scopes));
  };

  return { authorize, answer };
}

function chooseScheme(
  challenges: readonly Challenge[],
  registry: string,
  readRealm: (registry: string, realm: string) => URL,
): Scheme {
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const realm = bearer?.get('realm');
  if (realm !== undefined) {
    return { kind: 'bearer', realm: readRealm(registry, realm), service: bearer?.get('service') };
  }
  return { kind: challenges.some(({ scheme }) => scheme === 'basic') ? 'basic' : 'open' };
}

function tryFormatBasic(credential: Credential | undefined): string | undefined {
  return credential?.kind === 'password' ? formatBasic(credential) : undefined;
}

/**
 * The scopes of one token, that of the repository itself first (token authentication specification).
 *
 * @example formatScopes({ path: 'a', access: 'push', mountFrom: 'b' })
 * // ['repository:a:pull,push', 'repository:b:pull']
 */
function formatScopes({ path, access, mountFrom }: AccessTarget): readonly string[] {
  const own = `repository:${path}:${access === 'push' ? 'pull,push' : 'pull'}`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom}:pull`];
}

function tokenKey({ registry, path, access, mountFrom = '' }: AccessTarget): string {
  return `${registry} ${path} ${access} ${mountFrom}`;
}

function withoutMount({ registry, path, access }: AccessTarget): AccessTarget {
  return { registry, path, access };
}

function formatBearer(token: Token): string {
  return `Bearer ${token.value.reveal()}`;
}
