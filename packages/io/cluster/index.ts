export type {
  ApplyOptions,
  Cluster,
  ListOptions,
  LogRequest,
  ObjectList,
  ResourceType,
  ServiceAnswer,
  ServiceRequest,
  WatchEvent,
} from './cluster.js';
export { ClusterError, type FieldConflict } from './cluster-error.js';
export { openCluster, type ClusterOptions } from './open-cluster.js';
