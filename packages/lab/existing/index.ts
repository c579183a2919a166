export { checkExistingCluster, endExistingCluster, startExistingCluster } from './cluster.js';
export { findContext } from './contexts.js';
export { checkMachineEngine, findMachineEngine } from './engine.js';
export { locateKubectl } from './kubectl.js';
