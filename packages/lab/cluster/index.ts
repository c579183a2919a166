export {
  checkCluster,
  endCluster,
  prepareCluster,
  startCluster,
  type ClusterPart,
} from './cluster.js';
