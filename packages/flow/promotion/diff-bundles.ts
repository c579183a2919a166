import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff';
import {
  formatIdentity,
  formatManifests,
  identify,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { redact, type Bundle } from '../deployment/index.js';

/** What a bundle changes against the one that is live. */
export interface BundleDiff {
  /** A unified diff of each object that differs, what looks like a secret redacted; empty: nothing. */
  readonly text: string;
  readonly changes: readonly ObjectChange[];
}

export interface ObjectChange {
  /** `Deployment shop/orders` */
  readonly object: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/** @param live absent when nothing is live: then everything is added */
export function diffBundles(live: Bundle | undefined, next: Bundle): BundleDiff {
  const [before, after] = [formatEach(live), formatEach(next)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const parts = names.flatMap((object) => {
    const [was, is] = [before.get(object), after.get(object)];
    if (was === is) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    const patch = createTwoFilesPatch(object, object, was ?? '', is ?? '', 'live', 'planned', {
      headerOptions: FILE_HEADERS_ONLY,
    });
    return [{ object, change, patch } as const];
  });
  return {
    text: redact(parts.map(({ patch }) => patch).join('')),
    changes: parts.map(({ object, change }) => ({ object, change })),
  };
}

function formatEach(bundle: Bundle | undefined): ReadonlyMap<string, string> {
  const objects: readonly KubernetesObject[] = bundle?.objects ?? [];
  return new Map(
    objects.map((object) => [formatIdentity(identify(object)), formatManifests([object])]),
  );
}
