export type { ClusterPart } from '../cluster/index.js';
export type { DaemonlessName, DaemonlessPart } from '../daemonless/index.js';
export type { EnginePart } from '../engine/index.js';
export { LabError, PartLeftOutError } from '../errors/index.js';
export {
  assertOwnParts,
  defaultParts,
  parsePartName,
  readLabKubeconfig,
  type PartName,
  type RegistryName,
} from '../part/index.js';
export type { RegistryPart } from '../registry/index.js';
export { endAbandonedLab, endLab } from './end.js';
export { openLab, type Lab, type LabOptions } from './lab.js';
export { readLabFolder, readStatus, type LabStatus, type PartStatus } from './status.js';
