export { openTestClient, type ClientSettings } from './open-client.js';
export {
  startRegistryProxy,
  type Fault,
  type ProxiedRequest,
  type RegistryProxy,
} from './registry-proxy.js';
export {
  startServer,
  type Answer,
  type Reply,
  type SeenRequest,
  type TestServer,
} from './test-server.js';
