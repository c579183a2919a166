/** The registries that tests run against, each a program that others run in earnest. */
export const testRegistryKinds = [
  'distribution-2',
  'distribution-3',
  'go-containerregistry',
  'go-containerregistry-with-referrers',
  'cuelabs',
] as const;

export type TestRegistryKind = (typeof testRegistryKinds)[number];

/** What one kind of registry does and another does not. */
export interface RegistryTraits {
  /** It answers `GET /v2/<name>/referrers/<digest>`. */
  readonly hasReferrersApi: boolean;
  /** It says `OCI-Subject` when it takes a manifest that refers to another. */
  readonly namesSubject: boolean;
  /** It takes a blob over from another of its repositories (201); the others open an upload (202). */
  readonly mounts: boolean;
  /** It refuses a manifest whose blobs it does not have. */
  readonly checksBlobs: boolean;
  /** For how long it takes a bearer token after its end, for clocks that differ. */
  readonly leewayS: number;
}

export const registryTraits = {
  'distribution-2': {
    hasReferrersApi: false,
    namesSubject: false,
    mounts: true,
    checksBlobs: true,
    leewayS: 60,
  },
  'distribution-3': {
    hasReferrersApi: false,
    namesSubject: false,
    mounts: true,
    checksBlobs: true,
    leewayS: 60,
  },
  'go-containerregistry': {
    hasReferrersApi: false,
    namesSubject: false,
    mounts: false,
    checksBlobs: false,
    leewayS: 0,
  },
  'go-containerregistry-with-referrers': {
    hasReferrersApi: true,
    namesSubject: false,
    mounts: false,
    checksBlobs: false,
    leewayS: 0,
  },
  cuelabs: {
    hasReferrersApi: true,
    namesSubject: true,
    mounts: true,
    checksBlobs: true,
    leewayS: 0,
  },
} as const satisfies Record<TestRegistryKind, RegistryTraits>;
