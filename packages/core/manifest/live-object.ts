import { extractFields, uniteFields, withoutField, type FieldPath } from './field-set.js';
import { isRecord, recordAt, recordsAt, textAt, type JsonRecord } from './fields.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { lastAppliedAnnotation, readFieldManagers, requestedFields } from './managed-fields.js';
import { podSpecOf } from './pod-template.js';

const restartedAnnotation = 'kubectl.kubernetes.io/restartedAt';
const revisionAnnotation = 'deployment.kubernetes.io/revision';
const templatePath: FieldPath = ['f:spec', 'f:template', 'f:metadata', 'f:annotations'];

/**
 * What nobody has to ask for: that pods were restarted once (without it they would be restarted again), and the
 * replicas of what an autoscaler scales (without an owner they stay as they are).
 */
export function fieldsToLeave(isAutoscaled: boolean): readonly FieldPath[] {
  return [
    [...templatePath, `f:${restartedAnnotation}`],
    ['f:metadata', 'f:annotations', `f:${revisionAnnotation}`],
    ...(isAutoscaled ? [['f:spec', 'f:replicas']] : []),
  ];
}

/**
 * A live object as the manifest that would make it: exactly what people and pipelines asked for, by the API’s
 * record of who manages which field. What the server or a controller added is not in it.
 *
 * @example toManifest(liveDeployment, fieldsToLeave(false)) // { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec: … }
 */
export function toManifest(
  object: KubernetesObject,
  leave: readonly FieldPath[],
): KubernetesObject {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  const lastApplied: FieldPath = ['f:metadata', 'f:annotations', `f:${lastAppliedAnnotation}`];
  const wanted = [['f:status'], lastApplied, ...leave].reduce(
    withoutField,
    requestedFields(object),
  );
  const all = uniteFields(readFieldManagers(object).map(({ fields }) => fields));
  const extracted = extractFields(object, wanted, all);
  const fields = isRecord(extracted) ? extracted : {};
  const { metadata, ...content } = withoutAllocated(fields);
  return {
    ...content,
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...textsAt(metadata, 'labels'),
      ...textsAt(metadata, 'annotations'),
    },
  };
}

function textsAt(
  metadata: unknown,
  field: 'labels' | 'annotations',
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const texts = Object.entries(recordAt(metadata, field) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return texts.length === 0 ? {} : { [field]: Object.fromEntries(texts) };
}

/** An address of the cluster’s own choice may belong to somebody else by the time it is asked for. */
function withoutAllocated(fields: JsonRecord): JsonRecord {
  const spec = recordAt(fields, 'spec');
  const address = textAt(spec, 'clusterIP');
  if (spec === undefined || address === undefined || address === 'None') return fields;
  const { clusterIP, clusterIPs, ...rest } = spec;
  return { ...fields, spec: rest };
}

/** Each Secret that the pods of an object read. */
export function listSecretNames(object: KubernetesObject): readonly string[] {
  const spec = podSpecOf(object);
  const containers = [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')];
  const names = [
    ...containers.flatMap((container) => [
      ...recordsAt(container, 'envFrom').map((each) => textAt(each, 'secretRef', 'name')),
      ...recordsAt(container, 'env').map((each) =>
        textAt(each, 'valueFrom', 'secretKeyRef', 'name'),
      ),
    ]),
    ...recordsAt(spec, 'volumes').flatMap((volume) => [
      textAt(volume, 'secret', 'secretName'),
      ...recordsAt(volume, 'projected', 'sources').map((each) => textAt(each, 'secret', 'name')),
    ]),
    ...recordsAt(spec, 'imagePullSecrets').map((each) => textAt(each, 'name')),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}
