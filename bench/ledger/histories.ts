import {
  formatRepository,
  parseRepository,
  parseTag,
  type Repository,
} from '@slipway/core/image-ref';
import { openLedger } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { FetchedManifest, RegistryClient } from '@slipway/io/registry';
import { createLeaseInMemory, playHistory } from '@slipway/testing/ledger';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';

export const environment = 'production';

export const silent: Logger = {
  info: () => undefined,
  relay: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  group: (_title, work) => work(),
};

/** The events of a service from its first deployment on, as they lie in a registry. */
export type History = readonly FetchedManifest[];

/** Real events, of deployments of which most prove good, written by the ledger itself into memory. */
export async function composeHistory(events: number): Promise<History> {
  const { client, manifests } = createRegistryInMemory();
  const repository = parseRepository('memory.example.com/shop/catalog-ledger');
  const seams = { client, clock: systemClock, logger: silent };
  const ledger = openLedger({ ...seams, repository, environment });
  await playHistory(ledger, createLeaseInMemory().take(), events);
  return Array.from({ length: events }, (_, index) => {
    const event = manifests.get(tagOf(index + 1));
    if (event === undefined) throw new Error(`there is no event ${index + 1}`);
    return event;
  });
}

function tagOf(sequence: number): string {
  return `${environment}.${String(sequence).padStart(8, '0')}`;
}

const parallelWrites = 12;

/** Puts the first events of a history into a registry, and the head where that registry would have it. */
export async function seedHistory(
  client: RegistryClient,
  repository: Repository,
  history: History,
  headAt: number,
): Promise<void> {
  await pushSharedBlob(client, repository);
  const waiting = [...history.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [index, event] = next;
      await client.putManifest(repository, parseTag(tagOf(index + 1)), event);
    }
  };
  await Promise.all(Array.from({ length: parallelWrites }, worker));
  const head = history[headAt - 1];
  if (head === undefined) throw new Error(`there is no event ${headAt}`);
  await client.putManifest(repository, parseTag(environment), head);
}

/** A first event in another environment brings the blob that all events share. */
async function pushSharedBlob(client: RegistryClient, repository: Repository): Promise<void> {
  const seams = { client, clock: systemClock, logger: silent };
  const ledger = openLedger({ ...seams, repository, environment: 'seed' });
  await playHistory(ledger, createLeaseInMemory('seed').take(), 1);
}

/** What the Lease says when it has acknowledged the last event. */
export function positionOf(repository: Repository, history: History): string {
  const digest = history.at(-1)?.descriptor.digest ?? '';
  return `${formatRepository(repository)}:${environment}.${history.length}@${digest}`;
}
