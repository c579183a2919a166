import { formatIdentity, identify, type KubernetesObject } from '@slipway/core/manifest';
import { diffObject, type Bundle, type ObjectDiff } from '../deployment/index.js';

/** What a bundle changes against the one that is live. */
export interface BundleDiff {
  /** A unified diff of each object that differs, what looks like a secret redacted; empty: nothing. */
  readonly text: string;
  readonly changes: readonly Omit<ObjectDiff, 'patch'>[];
}

/** @param live absent when nothing is live: then everything is added */
export function diffBundles(live: Bundle | undefined, next: Bundle): BundleDiff {
  const [before, after] = [byName(live), byName(next)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const diffs = names.flatMap(
    (name) => diffObject(before.get(name), after.get(name), ['live', 'planned']) ?? [],
  );
  return {
    text: diffs.map(({ patch }) => patch).join(''),
    changes: diffs.map(({ object, change }) => ({ object, change })),
  };
}

function byName(bundle: Bundle | undefined): ReadonlyMap<string, KubernetesObject> {
  const objects: readonly KubernetesObject[] = bundle?.objects ?? [];
  return new Map(objects.map((object) => [formatIdentity(identify(object)), object]));
}
