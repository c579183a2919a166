export {
  RegistryError,
  parsePlainHttpHost,
  parseRegistryAuth,
  type RegistryCredentials,
} from './transport/index.js';
export {
  computeDigest,
  createRegistryClient,
  listPlatforms,
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
export type { ImageContent } from './content/index.js';
export { openLayout, type Layout } from './layout/index.js';
export { openImage, type ImageOptions, type OpenedImage } from './source/index.js';
export {
  copyImage,
  fetchImageLabels,
  isVersionTag,
  planTags,
  pushImage,
  tagImage,
  tagPolicies,
  type CopyOptions,
  type CopyRequest,
  type CopyResult,
  type PushOptions,
  type PushResult,
  type SendOptions,
  type SentCount,
  type TagOptions,
  type TagOutcome,
  type TagPolicy,
} from './verbs/index.js';
