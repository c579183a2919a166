import type { Fate } from '@slipway/testing/mortal';
import { createRandom } from '@slipway/testing/random';

/** A version of the service, whose bundle its name decides. */
export interface Release {
  readonly version: string;
  /** A bad one does not answer its smoke test. */
  readonly isGood: boolean;
  /** Judged by a later run, or known good at once. */
  readonly hasSoak: boolean;
  /** Which of the objects that a bundle may have it has. */
  readonly parts: readonly number[];
}

export type Operation =
  | {
      readonly kind: 'deploy';
      readonly release: Release;
      readonly onFailure: 'rollback' | 'stop';
      readonly isOverridden: boolean;
    }
  | { readonly kind: 'roll-back'; readonly to: string; readonly hold: boolean }
  | { readonly kind: 'hold' | 'release-hold' | 'settle' };

/** A run of an action. */
export interface Actor {
  readonly operation: Operation;
  readonly fate?: Fate;
  /** By how much the clock of its machine is wrong. */
  readonly skewMs: number;
}

export interface Step {
  /** They begin at the same time. */
  readonly actors: readonly Actor[];
  /** Goes by before them. */
  readonly passMs: number;
}

/** What some writers do to one service, all of it decided by a seed. */
export interface Sequence {
  readonly seed: number;
  readonly registry: string;
  /** Whether its bundles have pods, too. */
  readonly hasPods: boolean;
  readonly steps: readonly Step[];
  /** Deployed at the end, by a run that nothing happens to. */
  readonly last: Release;
}

type Choose = <T>(options: readonly [T, ...(readonly T[])]) => T;

const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'];
const lastVersion = '2.0.0';

/** All that a sequence may deploy. */
export const releaseVersions: readonly string[] = [...versions, lastVersion];

const hourMs = 3_600_000;
const longestStory = 7;
/** As many as short and long operations have, so that every one of their requests is met. */
const mostRequests = [15, 40, 110] as const;
const mostWrites = [6, 20, 40] as const;
const shareWithPods = 0.04;

/**
 * The sequence of a seed, always the same.
 *
 * @param registries the names of those that there are
 */
export function makeSequence(seed: number, registries: readonly [string, ...string[]]): Sequence {
  const random = createRandom(seed);
  const choose: Choose = (options) => options[Math.floor(random() * options.length)] ?? options[0];
  const releases = versions.map((version) => makeRelease(version, random, random() < 0.7));
  const length = 3 + Math.floor(random() * (longestStory - 2));
  const steps = Array.from({ length }, () => makeStep(releases, random, choose));
  return {
    seed,
    registry: choose(registries),
    hasPods: random() < shareWithPods,
    steps,
    last: { ...makeRelease(lastVersion, random, true), hasSoak: false },
  };
}

function makeRelease(version: string, random: () => number, isGood: boolean): Release {
  const parts = [0, 1, 2, 3, 4, 5].filter(() => random() < 0.5);
  return { version, isGood, hasSoak: random() < 0.25, parts };
}

function makeStep(releases: readonly Release[], random: () => number, choose: Choose): Step {
  const count = random() < 0.25 ? 2 : 1;
  const actors = Array.from({ length: count }, (): Actor => {
    const operation = makeOperation(releases, random, choose);
    const skewMs = choose([0, 0, 0, hourMs, -hourMs, -9000 * hourMs]);
    return random() < 0.6
      ? { operation, skewMs, fate: makeFate(random, choose) }
      : { operation, skewMs };
  });
  return { actors, passMs: choose([0, 0, hourMs]) };
}

function makeFate(random: () => number, choose: Choose): Fate {
  const of = choose<Fate['of']>(['requests', 'writes', 'writes']);
  const most = choose(of === 'writes' ? mostWrites : mostRequests);
  return {
    kind: choose(['killed', 'killed', 'paused']),
    at: 1 + Math.floor(random() * most),
    of,
    moment: choose(['before', 'after']),
  };
}

function makeOperation(
  releases: readonly Release[],
  random: () => number,
  choose: Choose,
): Operation {
  const [first, ...others] = releases;
  if (first === undefined) throw new Error('there are no releases');
  const release = choose([first, ...others]);
  const isOverridden = random() < 0.2;
  const onFailure = choose<'rollback' | 'stop'>(['rollback', 'rollback', 'rollback', 'stop']);
  const deploy = { kind: 'deploy', release, onFailure, isOverridden } as const;
  const to = choose(['last-known-good', 'last-known-good', release.version]);
  const back = { kind: 'roll-back', to, hold: random() < 0.2 } as const;
  return choose<Operation>([
    ...([deploy, deploy, deploy, deploy, deploy] as const),
    back,
    back,
    { kind: 'settle' },
    { kind: 'hold' },
    { kind: 'release-hold' },
    { kind: 'release-hold' },
  ]);
}

/** @example describeActor(actor) // 'deploy 1.3.0 (bad, rollback), killed before 17 requests' */
export function describeActor({ operation, fate, skewMs }: Actor): string {
  const clock = skewMs === 0 ? [] : [`clock ${skewMs / hourMs} h off`];
  const end = fate === undefined ? [] : [`${fate.kind} ${fate.moment} ${fate.at} ${fate.of}`];
  return [describeOperation(operation), ...clock, ...end].join(', ');
}

function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'deploy': {
      const { release, onFailure, isOverridden } = operation;
      const { version, isGood, hasSoak } = release;
      const facts = [isGood ? 'good' : 'bad', onFailure, ...(hasSoak ? ['soak'] : [])];
      return `deploy ${version} (${[...facts, ...(isOverridden ? ['override'] : [])].join(', ')})`;
    }
    case 'roll-back':
      return `roll back to ${operation.to}${operation.hold ? ', and hold' : ''}`;
    case 'settle':
    case 'hold':
    case 'release-hold':
      return operation.kind;
  }
}
