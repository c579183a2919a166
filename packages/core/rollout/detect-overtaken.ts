import {
  formatIdentity,
  hasField,
  identify,
  listImages,
  readFieldManagers,
  type KubernetesObject,
} from '../manifest/index.js';
import { signalOf, type Signal } from './finding.js';
import { perObject } from './per-object.js';

/** Image by container, as the object asks for them now. */
export type Images = ReadonlyMap<string, string>;

export const readImages = perObject(
  (object): Images =>
    new Map(listImages([object]).map(({ container, image }) => [container, image])),
);

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
  const { all, byContainer } = readManagers(object);
  for (const [container, image] of readImages(object)) {
    const managers = byContainer.get(container) ?? [];
    const isTaken = before?.has(container) === true && before.get(container) !== image;
    const isOwn = manager === undefined || managers.includes(manager);
    const hasApplied = manager !== undefined && all.has(manager);
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

interface Managers {
  readonly all: ReadonlySet<string>;
  /** Of the image of each container. */
  readonly byContainer: ReadonlyMap<string, readonly string[]>;
}

const readManagers = perObject((object): Managers => {
  const managers = readFieldManagers(object);
  const template = object.kind === 'Pod' ? [] : ['f:spec', 'f:template'];
  const managersOf = (container: string): readonly string[] => {
    const paths = ['f:containers', 'f:initContainers'].map((list) => [
      ...template,
      'f:spec',
      list,
      `k:${JSON.stringify({ name: container })}`,
      'f:image',
    ]);
    return managers
      .filter(({ fields }) => paths.some((path) => hasField(fields, path)))
      .map(({ name }) => name);
  };
  const containers = [...readImages(object).keys()];
  return {
    all: new Set(managers.map(({ name }) => name)),
    byContainer: new Map(containers.map((container) => [container, managersOf(container)])),
  };
});
