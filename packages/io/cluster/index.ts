export type {
  ApplyOptions,
  Cluster,
  ListOptions,
  ObjectList,
  ResourceType,
  ServiceRequest,
  WatchEvent,
} from './cluster.js';
