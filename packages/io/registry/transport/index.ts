export {
  parsePlainHttpHost,
  parseRegistryAuth,
  type RegistryCredentials,
} from './registry-auth.js';
export { createCredentialSource } from './credential-source.js';
export {
  TooLargeError,
  bytesBody,
  createHttpPool,
  readBody,
  type HttpResponse,
} from './http-pool.js';
export { RegistryError, readProperty, readText, tryParseJson } from './registry-error.js';
export { Transport, type RegistryRequest } from './transport.js';
