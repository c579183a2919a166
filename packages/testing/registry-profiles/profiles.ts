import type { TestRegistryKind, TestRegistryOptions, TokenRules } from '@slipway/lab/test-registry';
import {
  immutableTags,
  lateBlobs,
  limitedWrites,
  noAnonymousMounts,
  noMounts,
  noPatch,
  noReferrersApi,
  onePatch,
  phantomMounts,
  shortAnnotations,
  shortPages,
  strictMounts,
  subjectsFirst,
  type Quirk,
} from './quirks.js';

/** What may be expected of a registry. */
export interface ProfileTraits {
  readonly hasReferrersApi: boolean;
  /** A mount puts the blob there, so that its bytes need not be sent. */
  readonly mounts: boolean;
  readonly movesTags: boolean;
  /** A repository must be made before anything is pushed to it. */
  readonly needsRepositories: boolean;
}

/** A registry as the client meets it: a program, who may use it, and what it does that others do not. */
export interface RegistryProfile {
  readonly name: string;
  readonly registry: TestRegistryOptions;
  /** User name and password as registry-auth has them; absent where nothing is asked. */
  readonly credential?: string;
  readonly traits: ProfileTraits;
  readonly quirks: readonly Quirk[];
  /** Where the same program goes through everything with nobody at its door, images come and go only. */
  readonly extent?: 'transfers';
}

const user = { username: 'ci', password: 'a-password' };
const identityToken = 'an-identity-token';
const password = { auth: { kind: 'password', ...user } } as const;
const tls = { hasTls: true } as const;
const withApi = {
  hasReferrersApi: true,
  mounts: true,
  movesTags: true,
  needsRepositories: false,
} as const;
const withoutApi = { ...withApi, hasReferrersApi: false } as const;

function token(rules: Partial<TokenRules> = {}) {
  return { auth: { kind: 'token', rules: { ...user, ...rules } } } as const;
}

function real(
  name: string,
  kind: TestRegistryKind,
  access: Omit<TestRegistryOptions, 'kind'>,
  traits: ProfileTraits,
  credential = `${user.username} ${user.password}`,
): RegistryProfile {
  const known = access.auth === undefined ? {} : { credential, extent: 'transfers' as const };
  return { name, registry: { kind, ...access }, traits, quirks: [], ...known };
}

/** The registries that can be had, with every way to let somebody in. */
export const realRegistries: readonly RegistryProfile[] = [
  real('distribution-2', 'distribution-2', {}, withoutApi),
  real('distribution-2 by password', 'distribution-2', password, withoutApi),
  real('distribution-2 by token, with TLS', 'distribution-2', { ...token(), ...tls }, withoutApi),
  real('distribution-3', 'distribution-3', {}, withoutApi),
  real(
    'distribution-3 by password, with TLS',
    'distribution-3',
    { ...password, ...tls },
    withoutApi,
  ),
  real('distribution-3 by token', 'distribution-3', token(), withoutApi),
  real(
    'distribution-3 by identity token',
    'distribution-3',
    token({ identityToken }),
    withoutApi,
    `<token> ${identityToken}`,
  ),
  real('go-containerregistry', 'go-containerregistry', {}, { ...withoutApi, mounts: false }),
  real(
    'go-containerregistry with referrers',
    'go-containerregistry-with-referrers',
    {},
    { ...withApi, mounts: false },
  ),
  real('cuelabs', 'cuelabs', {}, withApi),
  real('cuelabs by token, with TLS', 'cuelabs', { ...token(), ...tls }, withApi),
];

/** Registries that cannot be had: a real one stands behind, and in front what they are known for. */
export const simulatedRegistries: readonly RegistryProfile[] = [
  {
    name: 'ghcr',
    registry: { kind: 'distribution-3', ...token({ letsAnybodyPull: true }) },
    credential: `${user.username} ${user.password}`,
    traits: { ...withoutApi, mounts: false },
    quirks: [noReferrersApi, phantomMounts, lateBlobs, onePatch, shortAnnotations],
  },
  {
    name: 'docker-hub',
    registry: {
      kind: 'distribution-3',
      ...token({ letsAnybodyPull: true, field: 'access_token' }),
    },
    credential: `${user.username} ${user.password}`,
    traits: withoutApi,
    quirks: [strictMounts, noAnonymousMounts],
  },
  {
    name: 'ecr',
    registry: { kind: 'cuelabs', auth: { kind: 'password', username: 'AWS', password: 'a-token' } },
    credential: 'AWS a-token',
    traits: { ...withApi, mounts: false, movesTags: false, needsRepositories: true },
    quirks: [noMounts, immutableTags, shortPages],
  },
  {
    name: 'acr',
    registry: {
      kind: 'cuelabs',
      ...token({
        username: '00000000-0000-0000-0000-000000000000',
        identityToken,
        field: 'access_token',
        lifetimeS: 60,
      }),
    },
    credential: `00000000-0000-0000-0000-000000000000 ${identityToken}`,
    traits: withApi,
    quirks: [limitedWrites],
  },
  {
    name: 'gar',
    registry: {
      kind: 'cuelabs',
      auth: { kind: 'password', username: 'oauth2accesstoken', password: 'ya29.a-token' },
    },
    credential: 'oauth2accesstoken ya29.a-token',
    traits: withApi,
    quirks: [noPatch],
  },
  {
    name: 'harbor',
    registry: { kind: 'cuelabs', ...token() },
    credential: `${user.username} ${user.password}`,
    traits: withApi,
    quirks: [strictMounts, noAnonymousMounts],
  },
  {
    name: 'gitlab',
    registry: { kind: 'distribution-3', ...token() },
    credential: `${user.username} ${user.password}`,
    traits: withoutApi,
    quirks: [subjectsFirst],
  },
  {
    name: 'immutable tags',
    registry: { kind: 'distribution-3' },
    traits: { ...withoutApi, movesTags: false },
    quirks: [immutableTags],
  },
];
