import { parseRepository, parsePinnedReference, type Digest } from '@slipway/core/image-ref';
import type { GateResult } from '@slipway/core/evidence';
import { liveAttempt, type Attempt, type Quarantine } from '@slipway/core/release';
import { fetchEvidence } from '@slipway/flow/evidence';
import { openLedger } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import type { RegistryClient } from '@slipway/io/registry';
import { createRecordingLogger } from '@slipway/testing/logger';

/** A service in an environment: registry, record, cluster, and what it answers itself. */
export interface Look {
  /** What it may call itself, in the repository that the environment has its images from. */
  readonly tags: Readonly<Record<string, Digest | undefined>>;
  /** What its record calls live. */
  readonly recorded?: Pick<Attempt, 'version' | 'image' | 'outcome'>;
  readonly quarantined: readonly Pick<Quarantine, 'version' | 'reason'>[];
  /** What is known of the image that is live, in the repository that it is from. */
  readonly evidence: readonly GateResult[];
  /** The image of its Deployment. */
  readonly deployed?: string;
  /** What `/version` is answered with, as soon as it is what is recorded: traffic follows pods with a delay. */
  readonly answered?: string;
}

export interface Place {
  readonly service: string;
  readonly environment: string;
  /** Where its images are. */
  readonly image: string;
  readonly client: RegistryClient;
  /** kubectl in the service's namespace. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
}

const patienceMs = 10_000;

export async function look(place: Place): Promise<Look> {
  const [tags, record] = await Promise.all([readTags(place), readRecord(place)]);
  const deployed = await find(place, 'deployment', '{.spec.template.spec.containers[0].image}');
  const namespace = await find(place, 'service', '{.metadata.namespace}');
  const version = record.recorded?.version;
  return {
    tags,
    ...record,
    ...(deployed === '' ? {} : { deployed }),
    ...(namespace === '' ? {} : { answered: await fetchVersion(place, namespace, version) }),
  };
}

async function readTags({ client, image }: Place): Promise<Look['tags']> {
  const repository = parseRepository(image);
  const tags = await client.listTags(repository);
  const named = tags.filter((tag) => !tag.startsWith('sha256-')); // those are lists of referrers
  return Object.fromEntries(
    await Promise.all(
      named.map(async (tag) => [tag, (await client.resolve(repository, tag))?.digest] as const),
    ),
  );
}

async function readRecord({
  client,
  image,
  environment,
}: Place): Promise<Pick<Look, 'recorded' | 'quarantined' | 'evidence'>> {
  const logger = createRecordingLogger();
  const repository = parseRepository(`${image}-ledger`);
  const ledger = openLedger({ client, clock: systemClock, logger, repository, environment });
  const { state } = await ledger.read();
  const { quarantined } = state;
  const recorded = liveAttempt(state);
  if (recorded === undefined) return { quarantined, evidence: [] };
  const live = parsePinnedReference(recorded.image);
  const statements = await fetchEvidence(client, live.repository, live.digest, logger);
  const evidence = statements.flatMap(({ statement }) => statement.testResult ?? []);
  return { recorded, quarantined, evidence };
}

/** Empty where there is none. */
async function find({ kubectl, service }: Place, kind: string, path: string): Promise<string> {
  return kubectl('get', kind, service, '--ignore-not-found', `--output=jsonpath=${path}`);
}

async function fetchVersion(
  { kubectl, service }: Place,
  namespace: string,
  expected: string | undefined,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/services/${service}:80/proxy/version`;
  const until = systemClock.monotonicMs() + patienceMs;
  for (;;) {
    const version = (await kubectl('get', '--raw', path)).trim();
    if (version === expected || systemClock.monotonicMs() > until) return version;
    await systemClock.sleep(100);
  }
}
