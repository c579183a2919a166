export {
  formatIdentity,
  identify,
  type KubernetesObject,
  type ObjectIdentity,
  type ObjectMeta,
  type OwnerReference,
} from './kubernetes-object.js';
export {
  booleanAt,
  isRecord,
  numberAt,
  recordAt,
  recordsAt,
  textAt,
  valueAt,
  type JsonRecord,
} from './fields.js';
export {
  isAutoscaler,
  isScalable,
  keepReplicas,
  readScaleTargets,
  withoutReplicas,
} from './autoscaling.js';
export { hasField, type FieldPath } from './field-set.js';
export { explainImmutable, type ImmutableChange } from './immutable-fields.js';
export {
  findDeployers,
  planTakeOver,
  readFieldManagers,
  type FieldManager,
  type PatchOperation,
} from './managed-fields.js';
export { fieldsToLeave, listSecretNames, toManifest } from './live-object.js';
export { translateHelmHooks, type TranslatedHooks } from './helm-hooks.js';
export { formatManifests } from './format-manifests.js';
export { pinImages, setImages, type ImageToSet } from './images.js';
export { nameJobs } from './name-jobs.js';
export { parseManifests, readManifests, refuseProblems } from './parse-manifests.js';
export {
  jobPhases,
  migrationAnnotation,
  phaseAnnotation,
  phaseOf,
  phases,
  splitTurns,
  type Phase,
  type PhaseName,
} from './phases.js';
export {
  listImages,
  mapImages,
  nameServiceAccounts,
  podSpecOf,
  type ContainerImage,
} from './pod-template.js';
export { loadManifestYaml, loadYaml } from './kubernetes-yaml.js';
export {
  identifySecret,
  isSecret,
  listSecretValues,
  outlineSecret,
  type SecretOutline,
} from './secrets.js';
export { inspectSecretSource } from './secret-sources.js';
export { setNamespace } from './set-namespace.js';
