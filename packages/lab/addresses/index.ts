export {
  addressesOf,
  chooseBlock,
  clusterAddresses,
  maxClusters,
  parseRoutes,
  type BlockAddresses,
  type ClusterAddresses,
} from './blocks.js';
export { findFreePort } from './ports.js';
