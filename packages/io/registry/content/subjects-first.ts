import type { ContentManifest } from './image-content.js';

/** Manifests that refer to another one come after it, which is all that some registries take. */
export function subjectsFirst(manifests: readonly ContentManifest[]): readonly ContentManifest[] {
  const refers = ({ manifest: { subject } }: ContentManifest): number =>
    Number(subject !== undefined);
  return manifests.toSorted((a, b) => refers(a) - refers(b));
}
