export {
  formatIdentity,
  identify,
  type KubernetesObject,
  type ObjectIdentity,
  type ObjectMeta,
  type OwnerReference,
} from './kubernetes-object.js';
