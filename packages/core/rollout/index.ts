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
export { findSoakTrouble, type TimeWindow } from './soak-window.js';
export { computeWorkloadStatus, type WorkloadStatus } from './workload-status.js';
