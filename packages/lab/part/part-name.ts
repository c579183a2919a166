import { join } from 'node:path';
import { LabError } from '../errors/index.js';

export const registryNames = ['candidates', 'production'] as const;

export type RegistryName = (typeof registryNames)[number];

const engineNames = ['docker', 'podman', 'buildah'] as const;

export type EngineName = (typeof engineNames)[number];

export type PartName = `registry:${RegistryName}` | `cluster:${string}` | `engine:${EngineName}`;

/** What `up` starts when it is not told which parts. */
export const defaultParts: readonly PartName[] = [
  'registry:candidates',
  'registry:production',
  'cluster:test',
  'cluster:production',
];

/**
 * Reads the name of a part as people write it.
 *
 * @example parsePartName('cluster:standby') // 'cluster:standby'
 * @throws LabError when there can be no such part
 */
export function parsePartName(text: string): PartName {
  const known = [
    ...registryNames.map((name) => `registry:${name}` as const),
    ...engineNames.map((name) => `engine:${name}` as const),
  ].find((part) => part === text);
  if (known !== undefined) return known;
  const cluster = /^cluster:(?<name>[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?)$/.exec(text)?.groups?.[
    'name'
  ];
  if (cluster !== undefined) return `cluster:${cluster}`;
  throw new LabError(
    `${text} is no part of the lab: expected registry:candidates, registry:production, engine:docker, engine:podman, engine:buildah or cluster:<name> (up to 20 small letters, digits and hyphens)`,
  );
}

/**
 * The parts that a run does without.
 *
 * @param list as in `LAB_WITHOUT`: `cluster:production,registry:production`
 */
export function readPartsLeftOut(list: string | undefined): readonly PartName[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').map(parsePartName);
}

/** Where a part of the lab keeps everything that is its own. */
export function partFolder(lab: string, part: PartName): string {
  return join(lab, 'parts', part.replace(':', '-'));
}
