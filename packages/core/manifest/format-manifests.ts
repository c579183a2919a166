import type { KubernetesObject } from './kubernetes-object.js';
import { dumpDocument } from './kubernetes-yaml.js';
import { phaseNames, phaseOf } from './phases.js';

/**
 * Canonical YAML: keys sorted, documents in the order of phases, then by kind, namespace and name. The same
 * objects give the same text, whatever their order, and `parseManifests` reads it back to the same objects.
 */
export function formatManifests(objects: readonly KubernetesObject[]): string {
  return objects
    .map((object) => ({ object, key: sortKey(object) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ object }) => dumpDocument(object))
    .join('---\n');
}

function sortKey(object: KubernetesObject): string {
  const { apiVersion, kind, metadata } = object;
  const phase = phaseNames.indexOf(phaseOf(object));
  return [phase, kind, metadata.namespace ?? '', metadata.name, apiVersion].join('\n');
}
