import type { KubernetesObject } from '@slipway/core/manifest';

const rbac = 'rbac.authorization.k8s.io';
const account = 'lab';

/** How the Secret with the account’s token is called. */
export const tokenName = 'lab-token';

/** The one thing that everything else of the lab’s own goes with. */
export function describeNamespace(name: string): KubernetesObject {
  const labels = {
    'app.kubernetes.io/managed-by': 'slipway-lab',
    'pod-security.kubernetes.io/enforce': 'privileged',
  };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/**
 * An account that may do everything: with its token tests work as they do in the lab’s own clusters, whatever
 * credentials the kubeconfig has.
 *
 * @param uid of the namespace: what is not in it goes with it, too
 */
export function describeAccount(namespace: string, uid: string): readonly KubernetesObject[] {
  const owner = { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid };
  const annotations = { 'kubernetes.io/service-account.name': account };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: tokenName, namespace, annotations },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: namespace, ownerReferences: [owner] },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
}
