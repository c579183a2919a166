import {
  formatIdentity,
  hasField,
  identify,
  listImages,
  readFieldManagers,
  type KubernetesObject,
} from '../manifest/index.js';
import { signalOf, type Signal } from './finding.js';

/** Image by container, as the object asks for them now. */
export type Images = ReadonlyMap<string, string>;

export function readImages(object: KubernetesObject): Images {
  return new Map(listImages([object]).map(({ container, image }) => [container, image]));
}

/**
 * Another image in a workload than the one that was applied: its rollout is now somebody else’s. Other changes
 * (replicas, a restart, an annotation) are taken along.
 *
 * @param before what was seen first after the apply
 * @param manager who applied it: who has to manage the images, or somebody else wrote them since
 */
export function detectOvertaken(
  object: KubernetesObject,
  before: Images | undefined,
  manager: string | undefined,
): Signal | undefined {
  for (const [container, image] of readImages(object)) {
    const managers = findImageManagers(object, container);
    const isTaken = before?.has(container) === true && before.get(container) !== image;
    const isOwn = manager === undefined || managers.includes(manager);
    const hasApplied = readFieldManagers(object).some(({ name }) => name === manager);
    if (!isTaken && (isOwn || !hasApplied || managers.length === 0)) continue;
    const identity = identify(object);
    const who = formatIdentity(identity);
    const by = managers.find((name) => name !== manager) ?? managers[0] ?? 'somebody';
    return signalOf('overtaken', `${who}: overtaken`, {
      fault: 'platform',
      object: identity,
      container,
      image,
      reason: 'Overtaken',
      sentence: `${who} was given another image by ${by} in the middle: container ${container} is to run ${image}`,
      fix: 'Find out who deploys it besides this workflow, and deploy again when they are done.',
    });
  }
  return undefined;
}

function findImageManagers(object: KubernetesObject, container: string): readonly string[] {
  const template = object.kind === 'Pod' ? [] : ['f:spec', 'f:template'];
  const paths = ['f:containers', 'f:initContainers'].map((list) => [
    ...template,
    'f:spec',
    list,
    `k:${JSON.stringify({ name: container })}`,
    'f:image',
  ]);
  return readFieldManagers(object)
    .filter(({ fields }) => paths.some((path) => hasField(fields, path)))
    .map(({ name }) => name);
}
