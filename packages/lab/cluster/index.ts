export {
  checkCluster,
  endCluster,
  prepareCluster,
  restartApiServer,
  startCluster,
  type ClusterPart,
  type InsideCluster,
} from './cluster.js';
