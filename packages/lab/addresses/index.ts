export {
  addressesOf,
  chooseBlock,
  clusterAddresses,
  maxClusters,
  parseRoutes,
  type BlockAddresses,
  type ClusterAddresses,
} from './blocks.js';
export { findFreePort, lowestPorts } from './ports.js';
