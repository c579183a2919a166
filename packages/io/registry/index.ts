export {
  RegistryError,
  parsePlainHttpHost,
  parseRegistryAuth,
  type RegistryCredentials,
} from './transport/index.js';
export {
  computeDigest,
  createRegistryClient,
  mediaTypes,
  parseManifest,
  type BlobIdentity,
  type BlobSource,
  type Descriptor,
  type FetchedManifest,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
  type ManifestContent,
  type ManifestReceipt,
  type RegistryClient,
  type RegistryCollaborators,
  type RegistryOptions,
  type RegistryStats,
  type TagListOptions,
} from './protocol/index.js';
export {
  openLayout,
  type Layout,
  type LayoutManifest,
  type LayoutOptions,
} from './layout/index.js';
export {
  isVersionTag,
  pushImage,
  tagPolicies,
  type PushOptions,
  type PushResult,
  type SentCount,
  type TagOutcome,
  type TagPolicy,
} from './verbs/index.js';
