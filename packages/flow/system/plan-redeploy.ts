import type { SystemConfig } from '@slipway/core/config';
import { SlipwayError, invalidInput } from '@slipway/core/errors';
import { formatReference, parsePinnedReference } from '@slipway/core/image-ref';
import { emptyState, isQuarantined, liveAttempt, type LedgerState } from '@slipway/core/release';
import { pullBundle, type Bundle } from '../deployment/index.js';
import { resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';
import { chooseKnownGood } from './choose-known-good.js';
import { mapParallel } from '@slipway/core/parallel';
import { refuseOlder, refuseUnfit } from './judge-target.js';
import { listNeeded, planWaves, refuseMissing } from './plan-waves.js';
import { readRecords, type RecordReader } from './read-records.js';
import { planRecordPlaces } from './record-places.js';

/** What is taken from where to where. */
export interface RedeployRequest {
  readonly system: SystemConfig;
  /** Names of services of the system. */
  readonly services: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The namespace in the target. */
  readonly namespace: string;
}

/** The bundle of a service that is good enough to be made live elsewhere. */
export interface ChosenService {
  readonly name: string;
  readonly source: RecordPlace;
  readonly bundle: Bundle;
  readonly image: string;
  /** Why this version and no other. */
  readonly explanation: string;
}

export interface PlannedService extends ChosenService {
  readonly target: RecordPlace;
  /** What is live in the target now. */
  readonly there?: string;
  /** Live there with this very bundle already. */
  readonly isThere: boolean;
}

/** Each wave can begin when those before it are healthy. */
export interface RedeployPlan {
  readonly waves: readonly (readonly PlannedService[])[];
}

const parallelReads = 8;

/**
 * The known-good bundle of each service in the source environment.
 *
 * @returns what could be chosen, and one error for all that could not
 * @throws SlipwayError what reading a ledger or a bundle throws
 */
export async function chooseServices(
  { system, services, from }: RedeployRequest,
  reader: RecordReader,
): Promise<{ readonly chosen: readonly ChosenService[]; readonly failure?: SlipwayError }> {
  const places = planRecordPlaces(system, [from], services);
  const states = await readStates(places, reader);
  const now = reader.clock.now().toISOString();
  const problems: string[] = [];
  const found = places.flatMap((place) => {
    const choice = chooseKnownGood(states.get(place.service) ?? emptyState, now);
    if (choice.state === 'chosen') return [{ place, ...choice }];
    problems.push(`${place.service} has no known-good bundle in ${from}: ${choice.explanation}`);
    return [];
  });
  const chosen = await mapParallel(parallelReads, found, async ({ place, ...choice }) => {
    const { attempt, explanation } = choice;
    const bundle = await pullOf(place, attempt.bundle, reader);
    return { name: place.service, source: place, bundle, image: attempt.image, explanation };
  });
  if (problems.length === 0) return { chosen };
  const fix = `Deploy it to ${from} and let it become known good, or leave it out with the input only.`;
  return { chosen, failure: new SlipwayError('not-found', problems.join('; '), { fix }) };
}

/** @throws SlipwayError `invalid-input` when the ledger is that of another service */
async function pullOf(
  place: RecordPlace,
  digest: Bundle['digest'],
  { client }: RecordReader,
): Promise<Bundle> {
  const repository = resolveLedgerRepository(place);
  const bundle = await pullBundle(client, repository, digest);
  if (bundle.config.service === place.service) return bundle;
  throw invalidInput([
    {
      subject: 'ledger',
      given: formatReference({ repository }),
      expected: `the record of ${place.service}; it is that of ${bundle.config.service}`,
      fix: 'Let the template of the ledger contain {service}, {image} or {production-image}.',
    },
  ]);
}

/**
 * What would be done, proven as far as registries can tell: bundles fit the target, everything that is needed
 * is there or on its way, every image is in its registry. Nothing is written.
 *
 * @throws SlipwayError `invalid-input`, `dependency-missing`, `not-found`, `quarantined`
 */
export async function planRedeploy(
  request: RedeployRequest,
  chosen: readonly ChosenService[],
  reader: RecordReader,
): Promise<RedeployPlan> {
  const { system, from, to, namespace } = request;
  const placed = chosen.map(({ name, bundle }) => ({
    service: name,
    namespace: bundle.config.namespace,
  }));
  refuseUnfit({ from, to, environments: system.environments, namespace }, placed);
  const dependent = chosen.map(({ name, bundle }) => ({
    name,
    dependsOn: bundle.config.dependsOn,
  }));
  const waves = planWaves(dependent);
  const known = listNeeded(dependent).filter((name) => system.services.has(name));
  const names = [...chosen.map(({ name }) => name), ...known];
  const places = planRecordPlaces(system, [to], names);
  const states = await readStates(places, reader);
  refuseMissing(dependent, to, (name) => isWorking(states.get(name)));
  await refuseMissingImages(chosen, reader);
  const planned = new Map(
    places.flatMap((target): [string, PlannedService][] => {
      const service = chosen.find(({ name }) => name === target.service);
      if (service === undefined) return [];
      return [[service.name, compare(service, target, states.get(service.name) ?? emptyState)]];
    }),
  );
  refuseQuarantined(request, [...planned.values()], states);
  refuseOlder(
    to,
    [...planned.values()].map(({ name, bundle, there }) => ({
      name,
      version: bundle.config.version,
      ...(there === undefined ? {} : { there }),
    })),
  );
  return { waves: waves.map((wave) => wave.flatMap((name) => planned.get(name) ?? [])) };
}

async function readStates(
  places: readonly RecordPlace[],
  reader: RecordReader,
): Promise<ReadonlyMap<string, LedgerState>> {
  const records = await readRecords(places, reader);
  return new Map(
    records.map((record): [string, LedgerState] => {
      if ('failure' in record) throw nameFailure(record.place, record.failure);
      return [record.place.service, record.state];
    }),
  );
}

function nameFailure({ service, environment }: RecordPlace, cause: SlipwayError): SlipwayError {
  const fix = cause.fix === undefined ? {} : { fix: cause.fix };
  const message = `the record of ${service} in ${environment} could not be read`;
  return new SlipwayError(cause.code, message, { cause, ...fix });
}

function isWorking(state: LedgerState | undefined): boolean {
  const live = state === undefined ? undefined : liveAttempt(state);
  return live?.outcome === 'verified' || live?.outcome === 'known-good';
}

function compare(service: ChosenService, target: RecordPlace, state: LedgerState): PlannedService {
  const live = liveAttempt(state);
  const isSame = live?.bundle === service.bundle.digest;
  return {
    ...service,
    target,
    ...(live === undefined ? {} : { there: live.version }),
    isThere: isSame && isWorking(state) && state.appliedSince.length === 0,
  };
}

async function refuseMissingImages(
  chosen: readonly ChosenService[],
  { client }: RecordReader,
): Promise<void> {
  const images = chosen.flatMap(({ name, bundle }) =>
    bundle.config.images.map(({ reference }) => ({ name, image: parsePinnedReference(reference) })),
  );
  const missing: string[] = [];
  await mapParallel(parallelReads, images, async ({ name, image }) => {
    const found = await client.resolve(image.repository, image.digest);
    if (found === undefined) missing.push(`the image ${formatReference(image)} of ${name}`);
  });
  if (missing.length === 0) return;
  const are = missing.length === 1 ? 'is' : 'are';
  throw new SlipwayError(
    'not-found',
    `${missing.toSorted().join(' and ')} ${are} not in the registry`,
    {
      fix: 'Something deleted it: exclude the repositories of what is live from clean-up; deploy a version that is there.',
    },
  );
}

function refuseQuarantined(
  { to }: RedeployRequest,
  planned: readonly PlannedService[],
  states: ReadonlyMap<string, LedgerState>,
): void {
  const found = planned.flatMap(({ name, bundle, image }) => {
    const entry = isQuarantined(states.get(name) ?? emptyState, bundle.digest, image);
    if (entry === undefined) return [];
    return [
      `${name} ${bundle.config.version} is quarantined in ${to} since ${entry.at}: ${entry.reason}`,
    ];
  });
  if (found.length === 0) return;
  throw new SlipwayError('quarantined', found.join('; '), {
    fix: `It failed in ${to} before: mend it, or leave it out with the input only.`,
  });
}
