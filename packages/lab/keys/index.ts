export { makeServerKeys, makeSignerKeys, type ServerKeys, type SignerKeys } from './server-keys.js';
export { formatKubeconfig, makeKeys, type ClusterKeys } from './cluster-keys.js';
