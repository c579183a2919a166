export {
  createRegistryClient,
  type RegistryCollaborators,
  type RegistryOptions,
} from './create-client.js';
export {
  computeDigest,
  describeManifest,
  manifestMediaTypes,
  maxManifestBytes,
  mediaTypes,
  parseManifest,
  tryReadDescriptor,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
} from './manifest.js';
export { listPlatforms } from './platforms.js';
export type {
  BlobIdentity,
  BlobReceipt,
  BlobSource,
  Descriptor,
  FetchedManifest,
  ManifestContent,
  ManifestReceipt,
  ReferrerListOptions,
  RegistryClient,
  RegistryStats,
  TagListOptions,
} from './registry-client.js';
