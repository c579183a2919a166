import { isRecord, recordsAt, textAt } from './fields.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { podSpecOf } from './pod-template.js';

/**
 * The ConfigMaps among some objects that the pods of one of them read: as a volume, alone or projected with others,
 * or as variables of a container.
 *
 * @example findConfigMapsOf(job, [job, configMap, other]) // [configMap]
 */
export function findConfigMapsOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const spec = podSpecOf(object);
  const volumes = recordsAt(spec, 'volumes');
  const containers = [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')];
  const references = [
    ...volumes.map(({ configMap }) => configMap),
    ...volumes
      .flatMap((volume) => recordsAt(volume, 'projected', 'sources'))
      .map(({ configMap }) => configMap),
    ...containers
      .flatMap((container) => recordsAt(container, 'envFrom'))
      .map(({ configMapRef }) => configMapRef),
    ...containers
      .flatMap((container) => recordsAt(container, 'env'))
      .map(({ valueFrom }) => (isRecord(valueFrom) ? valueFrom['configMapKeyRef'] : undefined)),
  ];
  const names = new Set(references.map((reference) => textAt(reference, 'name')));
  return objects.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion === 'v1' &&
      kind === 'ConfigMap' &&
      metadata.namespace === object.metadata.namespace &&
      names.has(metadata.name),
  );
}
