export { engineNames, type EngineDemands, type EngineName } from './abilities.js';
export type { BaseImage } from './base-images.js';
export type { BuildSecret, ContainerRun, ImageBuild, ImageFacts, Mount } from './build-plan.js';
export { openCompose, type Compose, type ComposeServices } from './compose.js';
export type { NeededService } from './compose-file.js';
export type { EngineCollaborators } from './docker.js';
export type {
  BuiltLayout,
  ContainerFile,
  ContainerOutcome,
  Engine,
  FailedBuild,
  FileChoice,
} from './engine.js';
export { listForeign } from './foreign-files.js';
export { readHostUser, readOwner } from './host-user.js';
export {
  formatStoredImage,
  imageStores,
  parseStoredReference,
  type ImageStore,
  type StoredImage,
} from './image-store.js';
export { openEngine, type EngineChoice } from './open-engine.js';
export { withPlace } from './own-things.js';
export { uniqueName } from './owner.js';
export { saveImage } from './save-image.js';
