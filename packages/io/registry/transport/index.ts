export {
  parsePlainHttpHost,
  parseRegistryAuth,
  type RegistryCredentials,
} from './registry-auth.js';
export { createCredentialSource } from './credential-source.js';
export { ConnectionError } from './connection-error.js';
export {
  RecyclingReadable,
  TooLargeError,
  bytesBody,
  createHttpPool,
  readBody,
  type HttpPool,
  type HttpResponse,
  type RequestBody,
} from './http-pool.js';
export { parseProxyRules } from './proxy.js';
export {
  RegistryError,
  parseRegistryMessages,
  readProperty,
  readText,
  tryParseJson,
} from './registry-error.js';
export { Transport, type RegistryRequest } from './transport.js';
