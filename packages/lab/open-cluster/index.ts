export { openQuietCluster, type ClusterAccess } from './open-quiet-cluster.js';
