export { startBlobStore, type BlobStore } from './blob-store.js';
export { openTestClient, type ClientSettings } from './open-client.js';
export {
  planFaults,
  type BodyFault,
  type Fault,
  type FaultRule,
  type ProxiedRequest,
} from './fault.js';
export {
  startRegistryProxy,
  type ProxyRecord,
  type RegistryProxy,
  type Upstream,
} from './registry-proxy.js';
export {
  startServer,
  type Answer,
  type Reply,
  type SeenRequest,
  type TestServer,
} from './test-server.js';
