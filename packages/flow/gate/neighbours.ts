import type { SystemConfig } from '@slipway/core/config';
import { SlipwayError } from '@slipway/core/errors';
import { parsePinnedReference, parseRepository, type Digest } from '@slipway/core/image-ref';
import type { Attempt } from '@slipway/core/release';
import type { RecordPlace } from '../ledger/index.js';
import type { LiveService } from '../live/index.js';

/** What was asked to be tested against: what the candidate depends on and its direct consumers, or these. */
export type NeighbourChoice = 'related' | readonly string[];

/** A service that is live, as evidence names it. */
export interface Tested {
  readonly service: string;
  readonly version: string;
  /** Of its own image. */
  readonly image: Digest;
  /** The attempt that made it live: another one is a change, also with the same image. */
  readonly deployment: string;
}

export type LiveServices = ReadonlyMap<string, LiveService | undefined>;

/** Where the records are that decide who the neighbours are: the candidate's first. */
export function planPlaces(
  own: RecordPlace,
  system: SystemConfig,
  choice: NeighbourChoice,
): readonly RecordPlace[] {
  const environment = system.environments.get(own.environment);
  const ledger = own.ledger ?? environment?.ledger;
  const isWanted = (name: string): boolean => choice === 'related' || choice.includes(name);
  const others = [...system.services].filter(([name]) => name !== own.service && isWanted(name));
  return [
    own,
    ...others.map(([service, { image, productionImage }]) => ({
      service,
      environment: own.environment,
      isProduction: own.isProduction || environment?.isProduction === true,
      ...(image === undefined ? {} : { image: parseRepository(image) }),
      ...(productionImage === undefined
        ? {}
        : { productionImage: parseRepository(productionImage) }),
      ...(ledger === undefined ? {} : { ledger }),
    })),
  ];
}

/**
 * What the suite will meet: first the candidate's own service, then its neighbours by name.
 *
 * @throws SlipwayError `integration-errored` when the candidate is not what is live, or a neighbour is not
 * there, or it is not certain what of them runs; with everything that is wrong
 */
export function planTested(
  own: { readonly service: string; readonly environment: string; readonly candidate: Digest },
  choice: NeighbourChoice,
  live: LiveServices,
): readonly [Tested, ...Tested[]] {
  const { service, environment } = own;
  const names = choice === 'related' ? listRelated(service, live) : choice;
  const neighbours = [...new Set(names)].filter((name) => name !== service).toSorted();
  const problems = [
    findOtherCandidate(own, live.get(service)),
    ...[service, ...neighbours].map((name) => findProblem(name, environment, live)),
  ].filter((problem) => problem !== undefined);
  const [first, ...rest] = [service, ...neighbours].flatMap((name) => {
    const found = live.get(name);
    return found === undefined ? [] : [describeTested(name, found)];
  });
  if (problems.length > 0 || first === undefined) {
    throw new SlipwayError('integration-errored', problems.join('; '), {
      fix: `Deploy what is missing to ${environment} first, the candidate with the output reference of registry-push; or name other neighbours.`,
    });
  }
  return [first, ...rest];
}

/** What the live bundle of a service depends on, and whose live bundle depends on it. */
function listRelated(service: string, live: LiveServices): readonly string[] {
  const dependencies = live.get(service)?.bundle.config.dependsOn ?? [];
  const consumers = [...live].filter(([, found]) =>
    found?.bundle.config.dependsOn.includes(service),
  );
  return [...dependencies, ...consumers.map(([name]) => name)];
}

function findOtherCandidate(
  { service, environment, candidate }: { service: string; environment: string; candidate: Digest },
  live: LiveService | undefined,
): string | undefined {
  if (live === undefined) return undefined; // told as the problem of a service that is not there
  const { images } = live.bundle.config;
  if (images.some(({ reference }) => reference.endsWith(`@${candidate}`))) return undefined;
  const { version, image } = live.attempt;
  return `the candidate ${candidate} is not what is live of ${service} in ${environment}: ${version} is (${image})`;
}

function findProblem(name: string, environment: string, live: LiveServices): string | undefined {
  if (!live.has(name)) return `${name} is needed, and neither system nor configuration names it`;
  const found = live.get(name);
  if (found === undefined) return `nothing is live of ${name} in ${environment}`;
  const unsettled = findUnsettled(found);
  if (unsettled === undefined) return undefined;
  return `it is not certain what runs of ${name}: ${describeUnsettled(found, unsettled)}`;
}

/** A deployment of something else that was begun after the live one, or one that goes on. */
function findUnsettled({ attempt, state }: LiveService): Attempt | undefined {
  const at = state.attempts.findIndex(({ deployment }) => deployment === attempt.deployment);
  const since = state.attempts.slice(0, at);
  return since.find(
    ({ bundle, deployment }) => bundle !== attempt.bundle || deployment === state.inProgress,
  );
}

function describeUnsettled({ attempt }: LiveService, { version, outcome }: Attempt): string {
  return `${version} was begun after ${attempt.version} and is ${outcome}`;
}

function describeTested(service: string, { attempt }: LiveService): Tested {
  const { version, deployment } = attempt;
  return { service, version, deployment, image: parsePinnedReference(attempt.image).digest };
}

/** What became different while the suite ran, a sentence for each service. */
export function findChanges(tested: readonly Tested[], live: LiveServices): readonly string[] {
  return tested.flatMap((before) => {
    const { service, version } = before;
    const found = live.get(service);
    if (found === undefined) return [`${service} ${version} is no longer live`];
    const after = describeTested(service, found);
    if (after.deployment !== before.deployment) {
      const isSame = after.version === version && after.image === before.image;
      if (isSame) return [`${service} ${version} was deployed again`];
      return [`${service} went from ${formatLive(before)} to ${formatLive(after)}`];
    }
    const unsettled = findUnsettled(found);
    return unsettled === undefined ? [] : [`${service}: ${describeUnsettled(found, unsettled)}`];
  });
}

/** What is live now and is not what evidence was made against, a sentence for each neighbour. */
export function findDrift(
  neighbours: Readonly<Record<string, Digest>>,
  live: LiveServices,
): readonly string[] {
  return Object.entries(neighbours).flatMap(([service, image]) => {
    const found = live.get(service);
    if (found === undefined) return [`${service} (${shortOf(image)}) is no longer live`];
    const now = describeTested(service, found);
    if (now.image === image) return [];
    return [`${service} was ${shortOf(image)} and is ${formatLive(now)}`];
  });
}

function formatLive({ version, image }: Tested): string {
  return `${version} (${shortOf(image)})`;
}

function shortOf(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
