export {
  addressesOf,
  chooseBlock,
  clusterAddresses,
  maxClusters,
  parseRoutes,
  type BlockAddresses,
  type ClusterAddresses,
} from './blocks.js';
export { findFreePort, lowestPorts, namedPorts } from './ports.js';
