export { startBlobStore, type BlobStore } from './blob-store.js';
export {
  startChunkRegistry,
  type ChunkQuirk,
  type ChunkRegistry,
  type ChunkRegistryPlan,
  type InsteadOfChunk,
} from './chunk-registry.js';
export { openTestClient, type ClientSettings } from './open-client.js';
export {
  planFaults,
  type BodyFault,
  type Fault,
  type FaultRule,
  type FaultSource,
  type ProxiedRequest,
} from './fault.js';
export { startRegistryProxy, type RegistryProxy, type Upstream } from './registry-proxy.js';
export type { ProxyRecord } from './relay.js';
export {
  listen,
  startServer,
  stop,
  type Answer,
  type Reply,
  type SeenRequest,
  type TestServer,
} from './test-server.js';
