import { SlipwayError, invalidInput } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  parseTag,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';
import { judgePolicy, type PolicyVerdict, type Update } from '@slipway/core/policy';
import type { PolicySettings } from '@slipway/core/config';
import {
  findComparableVersion,
  isQuarantined,
  liveAttempt,
  type Attempt,
  type Hold,
  type LedgerState,
} from '@slipway/core/release';
import { computeLevel, isRelease, parseVersion, type Version } from '@slipway/core/version';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { fetchImageLabels, planTags, type RegistryClient } from '@slipway/io/registry';
import type { Tools } from '@slipway/io/tools';
import { noVersion, pullOwnBundle, type Bundle } from '../deployment/index.js';
import { fetchEvidence } from '../evidence/index.js';
import { openLedger, resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';

export interface PromotionContext {
  readonly client: RegistryClient;
  readonly tools: Tools;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Where in production it goes, and what it is. */
export interface PromotionTarget {
  readonly place: RecordPlace;
  readonly namespace: string;
  readonly productionImage: Repository;
  readonly candidate: PinnedReference;
  /** Only for an image without the label `org.opencontainers.image.version`. */
  readonly version?: string;
  readonly policy?: PolicySettings;
}

/** A candidate before the policy, with everything that the judgement rests on. */
export interface JudgedCandidate {
  readonly version: string;
  readonly commit?: string;
  readonly verdict: PolicyVerdict;
  /** A person has stopped the deployments; judged again when it is deployed. */
  readonly hold?: Hold;
  /** What is live in production. */
  readonly live?: { readonly attempt: Attempt; readonly bundle: Bundle };
  readonly ledger: Repository;
}

/**
 * Judges a candidate against what is live in production now: reads only.
 *
 * @throws SlipwayError `not-found`, `no-version`, `tag-taken`; what the ledger throws: never judged on an empty one in doubt
 */
export async function judgeCandidate(
  { client, clock, logger }: PromotionContext,
  { place, namespace, productionImage, candidate, policy, ...target }: PromotionTarget,
): Promise<JudgedCandidate> {
  const labels = await fetchImageLabels(client, candidate);
  const version = readVersion(candidate, target.version, labels);
  await assertTagFree(client, { repository: productionImage, digest: candidate.digest }, version);
  const repository = resolveLedgerRepository(place);
  const { service, environment } = place;
  const ledger = openLedger({ client, clock, logger, repository, environment });
  const { state } = await ledger.read();
  const attempt = liveAttempt(state);
  const bundle =
    attempt === undefined
      ? undefined
      : await pullOwnBundle({ client, ledger, service, namespace }, attempt.bundle);
  const image = formatReference({ repository: productionImage, digest: candidate.digest });
  const quarantine = findQuarantine(state, image, candidate);
  const commit = labels.get('org.opencontainers.image.revision');
  const verdict = judgePolicy(policy, {
    version,
    isRelease: isRelease(version),
    update: computeUpdate(findComparableVersion(state), version),
    isSameImage: attempt?.image.endsWith(`@${candidate.digest}`) ?? false,
    evidence: await fetchEvidence(client, candidate.repository, candidate.digest, logger),
    ...(quarantine === undefined ? {} : { quarantine }),
    now: clock.now().toISOString(),
  });
  return {
    version,
    ...(commit === undefined ? {} : { commit }),
    verdict,
    ...(state.hold === undefined ? {} : { hold: state.hold }),
    ...(attempt === undefined || bundle === undefined ? {} : { live: { attempt, bundle } }),
    ledger: repository,
  };
}

/** What is approved is judged by its version: nobody gives an image another one than it was built with. */
function readVersion(
  candidate: PinnedReference,
  given: string | undefined,
  labels: ReadonlyMap<string, string>,
): Version {
  const label = labels.get('org.opencontainers.image.version');
  const version = given ?? label;
  if (version === undefined) throw noVersion(candidate);
  if (label === undefined || label === version) return parseVersion(version);
  throw invalidInput([
    {
      subject: 'version',
      given: version,
      expected: `${label}, which the image says it is`,
      fix: 'Leave version out, or build the image with the label org.opencontainers.image.version.',
    },
  ]);
}

/** A version that production knows already stays what it is. */
async function assertTagFree(
  client: RegistryClient,
  { repository, digest }: PinnedReference,
  version: Version,
): Promise<void> {
  const tag = parseTag(version);
  const current = await client.resolve(repository, tag);
  planTags(repository, digest, [{ tag, digest: current?.digest }], 'fail');
}

/** By its production name; no bundle is meant. */
function findQuarantine(
  state: LedgerState,
  image: string,
  { digest }: PinnedReference,
): ReturnType<typeof isQuarantined> {
  return isQuarantined(state, digest, image);
}

function computeUpdate(live: string | undefined, version: Version): Update {
  if (live === undefined) return { direction: 'first' };
  const { direction, level } = computeLevel(parseVersion(live, 'the live version'), version);
  return direction === 'up' && level !== 'none'
    ? { direction, from: live, level }
    : { direction: direction === 'down' ? 'down' : 'same', from: live };
}

/**
 * Why a candidate may not go, as an error; undefined when it may.
 *
 * @returns SlipwayError `evidence-missing` when nothing but evidence is missing, else `policy-blocked`
 */
export function describeBlock(
  { candidate, place }: Pick<PromotionTarget, 'candidate' | 'place'>,
  { verdict, version }: JudgedCandidate,
): SlipwayError | undefined {
  if (verdict.decision !== 'blocked') return undefined;
  const open = verdict.gates.filter(({ state }) => state !== 'passed');
  const isOnlyMissing =
    verdict.obstacles.length === 0 && open.every(({ state }) => state === 'missing');
  const reasons = [...verdict.obstacles, ...open.map(({ sentence }) => sentence)].join('; ');
  const what = `${place.service} ${version} may not go to ${place.environment}`;
  if (isOnlyMissing) {
    const image = `${formatRepository(candidate.repository)}@${candidate.digest}`;
    return new SlipwayError('evidence-missing', `${what}: ${reasons}`, {
      fix: `Run the gates for ${image}: containerized-build and registry-push with evidence, integration-gate.`,
    });
  }
  return new SlipwayError('policy-blocked', `${what}: ${reasons}`, {
    fix: 'Mend what is named; the policy is in the configuration of the default branch.',
  });
}
