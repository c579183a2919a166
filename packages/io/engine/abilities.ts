import type { Problem } from '@slipway/core/errors';
import { parseCachePlace, type CachePlace } from './cache-place.js';

/** The programs that can be an engine, in the order in which they are looked for. */
export const engineNames = ['docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof engineNames)[number];

/** An engine as far as what it can do depends on it. */
export interface EngineKind {
  readonly name: EngineName;
  /** `26.1.5`; empty when it does not say. */
  readonly version: string;
  /** Whether docker has its plug-in buildx, and with it BuildKit; its older builder can do much less. */
  readonly hasBuildx?: boolean;
  /** `linux/amd64`, its own; absent where it does not say, and where it builds for any. */
  readonly platform?: string;
}

/** What a build asks of its engine beyond a Dockerfile. */
export interface EngineDemands {
  readonly hasSecrets: boolean;
  /** Whether a container gets volumes that stay. */
  readonly hasVolumes: boolean;
  readonly platforms: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
}

interface Abilities {
  readonly secrets: boolean;
  /** Other platforms than its own. */
  readonly platforms: boolean;
  /** Which kinds of places its cache can be taken from and put to. */
  readonly caches: 'any' | 'repositories' | 'none';
}

const abilities = {
  buildx: { secrets: true, platforms: true, caches: 'any' },
  classic: { secrets: false, platforms: false, caches: 'none' },
  containers: { secrets: true, platforms: true, caches: 'repositories' },
  olderContainers: { secrets: true, platforms: true, caches: 'none' },
} as const satisfies Record<string, Abilities>;

/** Since when steps of a build can be in a repository. */
const cachesSince = { podman: [4, 2], buildah: [1, 27] } as const;

/**
 * What an engine cannot do of what a build asks for: nothing is built then.
 *
 * @example listRefusals({ name: 'docker', version: '26.1.5', hasBuildx: false }, { hasSecrets: true, … })
 * // [{ subject: 'secrets', … }]
 */
export function listRefusals(kind: EngineKind, demands: EngineDemands): readonly Problem[] {
  const { secrets, platforms } = abilitiesOf(kind);
  const problems: Problem[] = [];
  if (demands.hasSecrets && !secrets) {
    problems.push(refuse(kind, 'secrets', 'gives no secrets to the steps of a build'));
  }
  if (!platforms && demands.platforms.some((asked) => !isOwn(asked, kind))) {
    problems.push(refuse(kind, 'platforms', 'builds for its own platform only'));
  }
  if (demands.hasVolumes && kind.name === 'buildah') {
    problems.push(refuse(kind, 'cache-volumes', 'keeps no volumes'));
  }
  return [
    ...problems,
    ...listCacheRefusals(kind, 'cache-from', demands.cacheFrom),
    ...listCacheRefusals(kind, 'cache-to', demands.cacheTo),
  ];
}

function isOwn(asked: string, { platform }: EngineKind): boolean {
  // every arm64 is of variant v8
  return asked.replace(/^linux\/arm64\/v8$/, 'linux/arm64') === platform;
}

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm/v7',
  i386: '386',
  i686: '386',
};

/**
 * The platform of a machine, of what its kernel calls it.
 *
 * @example toPlatform('linux', 'x86_64') // 'linux/amd64'
 */
export function toPlatform(system: string, machine: string): string {
  return `${system}/${architectures[machine] ?? machine}`;
}

function listCacheRefusals(
  kind: EngineKind,
  subject: string,
  places: readonly string[],
): readonly Problem[] {
  const { caches } = abilitiesOf(kind);
  if (caches === 'any') return [];
  if (caches === 'none') {
    return places.length === 0 ? [] : [refuse(kind, subject, 'keeps its cache to itself')];
  }
  return places.flatMap((given) =>
    isRepository(parseCachePlace(given))
      ? []
      : [{ ...refuse(kind, subject, 'has its cache in repositories only'), given }],
  );
}

function isRepository({ type, fields }: CachePlace): boolean {
  return type === 'registry' && fields.has('ref');
}

function abilitiesOf({ name, version, hasBuildx }: EngineKind): Abilities {
  if (name === 'docker') return hasBuildx === true ? abilities.buildx : abilities.classic;
  return isAtLeast(version, cachesSince[name]) ? abilities.containers : abilities.olderContainers;
}

/** What does not say its version is taken for a new one: it says itself what it cannot do. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const found = /^(?<major>\d+)\.(?<minor>\d+)/.exec(version)?.groups;
  if (found === undefined) return true;
  const [own, ownMinor] = [Number(found['major']), Number(found['minor'])];
  return own > major || (own === major && ownMinor >= minor);
}

function refuse(kind: EngineKind, subject: string, lack: string): Problem {
  return {
    subject,
    expected: `nothing: ${describeKind(kind)} ${lack}`,
    fix: fixes[subject] ?? 'Remove it, or use another engine.',
  };
}

const buildx = 'use docker with buildx (docker/setup-buildx-action before this step)';
const fixes: Readonly<Record<string, string>> = {
  secrets: `Remove it, or ${buildx}, podman or buildah.`,
  platforms: `Remove it, or ${buildx}, podman or buildah.`,
  'cache-volumes': 'Name a folder of the machine with cache-folder, or use docker or podman.',
  'cache-from': `Remove it, or ${buildx}; podman since 4.2 and buildah since 1.27 take type=registry,ref=<repository>.`,
  'cache-to': `Remove it, or ${buildx}; podman since 4.2 and buildah since 1.27 take type=registry,ref=<repository>.`,
};

/** @example describeKind({ name: 'docker', version: '26.1.5', hasBuildx: false }) // 'docker 26.1.5 without buildx' */
export function describeKind({ name, version, hasBuildx }: EngineKind): string {
  const named = version === '' ? name : `${name} ${version}`;
  return name === 'docker' && hasBuildx !== true ? `${named} without buildx` : named;
}
