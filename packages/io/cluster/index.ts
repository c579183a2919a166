export type {
  AccessRule,
  ApplyOptions,
  Cluster,
  ListOptions,
  LogRequest,
  ObjectList,
  ResourceType,
  Right,
  ServiceAnswer,
  ServiceRequest,
  WatchEvent,
} from './cluster.js';
export { ClusterError, type FieldConflict } from './cluster-error.js';
export { openCluster, type ClusterOptions } from './open-cluster.js';
