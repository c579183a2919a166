export type { PartContext } from './context.js';
export { assertOwnParts, assertSameClusters, readLabImage, readLabKubeconfig } from './existing.js';
export {
  defaultParts,
  parsePartName,
  partFolder,
  readPartsLeftOut,
  registryNames,
  type EngineName,
  type PartName,
  type RegistryName,
} from './part-name.js';
