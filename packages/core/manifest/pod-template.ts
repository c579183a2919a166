import { isRecord, recordAt, recordsAt, textAt, type JsonRecord } from './fields.js';
import { identify, type KubernetesObject, type ObjectIdentity } from './kubernetes-object.js';

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** An image of a pod template, as it is written. */
export interface ContainerImage {
  readonly object: ObjectIdentity;
  readonly container: string;
  readonly image: string;
}

/** Where an object keeps the spec of its pods; undefined when it has none. */
function podSpecPath(object: KubernetesObject): readonly string[] | undefined {
  if (object.kind === 'Pod') return ['spec'];
  if (object.kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  // also kinds that are not Kubernetes' own but embed its pod template: a Rollout, a Knative Service
  const isPodTemplate = Array.isArray(recordAt(object, 'spec', 'template', 'spec')?.['containers']);
  return isPodTemplate ? ['spec', 'template', 'spec'] : undefined;
}

export function podSpecOf(object: KubernetesObject): JsonRecord | undefined {
  const path = podSpecPath(object);
  return path === undefined ? undefined : recordAt(object, ...path);
}

/** Every image of every pod template, init containers first, in the order in which they are written. */
export function listImages(objects: readonly KubernetesObject[]): readonly ContainerImage[] {
  return objects.flatMap((object) => {
    const spec = podSpecOf(object);
    return containerLists
      .flatMap((list) => recordsAt(spec, list))
      .flatMap((container) => {
        const image = textAt(container, 'image');
        if (image === undefined) return [];
        return [
          { object: identify(object), container: textAt(container, 'name') ?? 'unnamed', image },
        ];
      });
  });
}

/** The objects with every image of their pod templates passed through `change`; the rest is as it was. */
export function mapImages(
  objects: readonly KubernetesObject[],
  change: (image: string) => string,
): readonly KubernetesObject[] {
  const changeContainer = (container: unknown): unknown => {
    const image = textAt(container, 'image');
    if (!isRecord(container) || image === undefined) return container;
    return { ...container, image: change(image) };
  };
  return objects.map((object) => {
    const path = podSpecPath(object);
    return path === undefined
      ? object
      : {
          ...object,
          ...changeAt(object, path, (spec) => {
            const lists = containerLists.flatMap((name) => {
              const list: unknown = spec[name];
              return Array.isArray(list) ? [[name, list.map(changeContainer)] as const] : [];
            });
            return { ...spec, ...Object.fromEntries(lists) };
          }),
        };
  });
}

/**
 * The objects as they are applied: a service account under both of its names. The API fills in the old one,
 * `serviceAccount`, which nobody would own; a later manifest without a service account could not take it away.
 *
 */
export function nameServiceAccounts(
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  return objects.map((object) => {
    const path = podSpecPath(object);
    const name = textAt(podSpecOf(object), 'serviceAccountName');
    if (path === undefined || name === undefined) return object;
    return { ...object, ...changeAt(object, path, (spec) => ({ ...spec, serviceAccount: name })) };
  });
}

function changeAt(
  record: JsonRecord,
  [key, ...rest]: readonly string[],
  change: (record: JsonRecord) => JsonRecord,
): JsonRecord {
  if (key === undefined) return change(record);
  const inner = record[key];
  return isRecord(inner) ? { ...record, [key]: changeAt(inner, rest, change) } : record;
}
