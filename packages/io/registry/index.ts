export {
  parsePlainHttpHost,
  parseRegistryAuth,
  type RegistryCredentials,
} from './transport/registry-auth.js';
export {
  createRegistryClient,
  type RegistryCollaborators,
  type RegistryOptions,
} from './protocol/create-client.js';
export type {
  BlobIdentity,
  BlobSource,
  Descriptor,
  FetchedManifest,
  ManifestContent,
  ManifestReceipt,
  RegistryClient,
  RegistryStats,
  TagListOptions,
} from './protocol/registry-client.js';
