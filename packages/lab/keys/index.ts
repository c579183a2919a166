export { formatKubeconfig, makeKeys, type ClusterKeys } from './cluster-keys.js';
