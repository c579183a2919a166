export { readContainers, type ContainerView } from './containers.js';
export { diagnose } from './diagnose.js';
export type { Finding } from './finding.js';
export { observe, startMemory, type RolloutMemory } from './memory.js';
export {
  readEvents,
  readWorkloads,
  type EventView,
  type Snapshot,
  type WorkloadView,
} from './snapshot.js';
export { findSoakTrouble, type SoakTrouble } from './soak-window.js';
export { kindRules, waitOf } from './kinds.js';
export { computeRollout } from './rollout-status.js';
export { secretMakerTypes } from './secret-makers.js';
export { signalClasses } from './signal-classes.js';
export type { RolloutStatus } from './status.js';
