export {
  checkCluster,
  endCluster,
  prepareCluster,
  restartApiServer,
  startCluster,
  type ClusterPart,
} from './cluster.js';
