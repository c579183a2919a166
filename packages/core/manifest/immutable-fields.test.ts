import { expect, test } from '@jest/globals';
import { explainImmutable } from './immutable-fields.js';
import { parseManifests } from './parse-manifests.js';
import type { KubernetesObject } from './kubernetes-object.js';

function object(yaml: string): KubernetesObject {
  const [first] = parseManifests(yaml, 'test.yaml');
  if (first === undefined) throw new Error('no object');
  return first;
}

const immutable = 'field is immutable';

test.each([
  [
    'a Deployment’s selector',
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: a}}, replicas: 1}}',
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: b}}, replicas: 2}}',
    immutable,
    'Deployment shop/web: spec.selector cannot be changed from {"matchLabels":{"app":"a"}} to {"matchLabels":{"app":"b"}}',
    'kubectl -n shop delete deployment web --cascade=orphan',
  ],
  [
    'a StatefulSet’s volumes',
    '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {serviceName: db, volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}, volumeMode: Filesystem}}]}}',
    '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {serviceName: db, volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 2Gi}}}}]}}',
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
    'StatefulSet shop/db: spec.volumeClaimTemplates cannot be changed',
    'kubectl -n shop delete statefulset db --cascade=orphan',
  ],
  [
    'a Service’s address',
    '{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {clusterIP: 10.0.0.7}}',
    '{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {clusterIP: None}}',
    'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set; field is immutable',
    'Service shop/web: spec.clusterIP cannot be changed from 10.0.0.7 to None',
    'kubectl -n shop delete service web',
  ],
  [
    'a Job’s template',
    '{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, namespace: shop}, spec: {template: {spec: {restartPolicy: Never}}}}',
    '{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, namespace: shop}, spec: {template: {spec: {restartPolicy: OnFailure}}}}',
    immutable,
    'Job shop/migrate: spec.template cannot be changed from {"spec":{"restartPolicy":"Never"}} to {"spec":{"restartPolicy":"OnFailure"}}',
    'another name',
  ],
  [
    'the size of a claim',
    '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {resources: {requests: {storage: 2Gi}}}}',
    '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {resources: {requests: {storage: 1Gi}}}}',
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    'PersistentVolumeClaim shop/data: spec.resources cannot be changed from {"requests":{"storage":"2Gi"}} to {"requests":{"storage":"1Gi"}}',
    'can only grow',
  ],
  [
    'a StorageClass’ parameters',
    '{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: a, parameters: {type: ssd}}',
    '{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: a, parameters: {type: nvme}}',
    'updates to parameters are forbidden.',
    'StorageClass fast: parameters cannot be changed from {"type":"ssd"} to {"type":"nvme"}',
    'another name',
  ],
  [
    'what an immutable ConfigMap has, without its values',
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, immutable: true, data: {key: one}}',
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, immutable: true, data: {key: two}}',
    'data: Forbidden: field is immutable when `immutable` is set',
    'ConfigMap shop/settings: data cannot be changed',
    'hash of its content',
  ],
  [
    'the role that is bound',
    '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: shop}, roleRef: {name: a}}',
    '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: shop}, roleRef: {name: c}}',
    'roleRef: Invalid value: cannot change roleRef',
    'RoleBinding shop/b: roleRef cannot be changed from {"name":"a"} to {"name":"c"}',
    'kubectl -n shop delete rolebinding b',
  ],
])('%s', (_what, live, wanted, said, sentence, fix) => {
  const change = explainImmutable(object(live), object(wanted), said);

  expect(change?.sentence).toBe(sentence);
  expect(change?.fix).toContain(fix);
});

test('another refusal is about something else', () => {
  const web = object('{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {}}');

  expect(explainImmutable(web, web, 'spec.ports: Required value')).toBeUndefined();
});
