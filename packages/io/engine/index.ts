export type { BuildSecret, ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
export { openCompose, type Compose } from './compose.js';
export type { EngineCollaborators } from './docker.js';
export type { ContainerFile, ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
export { readHostUser } from './host-user.js';
export {
  formatStoredImage,
  imageStores,
  parseStoredReference,
  type ImageStore,
  type StoredImage,
} from './image-store.js';
export { uniqueName } from './own-things.js';
export { openEngine } from './open-engine.js';
export { saveImage } from './save-image.js';
