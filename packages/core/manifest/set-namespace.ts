import type { Problem } from '../errors/index.js';
import { textAt } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';
import { findDuplicates, groupOf, refuseProblems } from './parse-manifests.js';

/** Cluster-scoped kinds of Kubernetes itself, by API group. */
const clusterScoped: Readonly<Record<string, string>> = {
  '': 'Namespace Node PersistentVolume',
  'admissionregistration.k8s.io':
    'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiextensions.k8s.io': 'CustomResourceDefinition',
  'apiregistration.k8s.io': 'APIService',
  'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle',
  'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
  'gateway.networking.k8s.io': 'GatewayClass',
  'networking.k8s.io': 'IngressClass IPAddress ServiceCIDR',
  'node.k8s.io': 'RuntimeClass',
  'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding',
  'resource.k8s.io': 'DeviceClass ResourceSlice',
  'scheduling.k8s.io': 'PriorityClass',
  'storage.k8s.io': 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
};

/**
 * The objects with `namespace` filled in where the kind lives in one and none is given. Kinds that neither
 * Kubernetes nor a CustomResourceDefinition among the objects knows count as namespaced.
 *
 * @throws SlipwayError `render-failed` with every object that names another namespace, or one that it cannot have
 */
export function setNamespace(
  objects: readonly KubernetesObject[],
  namespace: string,
): readonly KubernetesObject[] {
  const custom = new Set(objects.flatMap(readClusterScopedKind));
  const problems: Problem[] = [];
  const placed = objects.map((object) => {
    const given = object.metadata.namespace;
    const subject = formatIdentity(identify(object));
    if (isClusterScoped(object, custom)) {
      if (given !== undefined) {
        const expected = `no namespace: ${object.kind} belongs to the whole cluster`;
        problems.push({ subject, given, expected, fix: 'Take metadata.namespace out.' });
      }
      return object;
    }
    if (given === undefined) return { ...object, metadata: { ...object.metadata, namespace } };
    if (given !== namespace) {
      const expected = `the namespace ${namespace} of the environment`;
      problems.push({ subject, given, expected, fix: 'Take metadata.namespace out.' });
    }
    return object;
  });
  refuseProblems(problems);
  refuseProblems(findDuplicates(placed, 'manifests'));
  return placed;
}

function isClusterScoped(object: KubernetesObject, custom: ReadonlySet<string>): boolean {
  const group = groupOf(object);
  const isKnown = clusterScoped[group]?.split(' ').includes(object.kind) === true;
  return isKnown || custom.has(`${group}/${object.kind}`);
}

function readClusterScopedKind(object: KubernetesObject): readonly string[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  if (textAt(object, 'spec', 'scope') !== 'Cluster') return [];
  const group = textAt(object, 'spec', 'group') ?? '';
  return [`${group}/${textAt(object, 'spec', 'names', 'kind') ?? ''}`];
}
