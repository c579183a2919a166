import { beforeAll, describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import {
  digestOf,
  formatRepository,
  parseRepository,
  parseTag,
  type Repository,
} from '@slipway/core/image-ref';
import { checkChain, type AttemptEventContent } from '@slipway/core/release';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { openLab, type RegistryName } from '@slipway/lab/parts';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openLedger, readChain, type Ledger, type LedgerWriter } from './index.js';

const bundle = digestOf('b'.repeat(64));

function draft(kind: AttemptEventContent['kind'], deployment: string): AttemptEventContent {
  const image = `registry.example.com/shop/catalog@${digestOf('a'.repeat(64))}`;
  return { kind, deployment, intent: 'deploy', bundle, image, version: '1.0.0' };
}

/** The holder of a Lease that nobody contests. */
function createWriter(): LedgerWriter & { readonly positions: readonly string[] } {
  const positions: string[] = [];
  return {
    positions,
    actor: 'ada',
    run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
    lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
    acknowledged: undefined,
    assertHeld: () => undefined,
    acknowledge: (position) => {
      positions.push(position);
      return Promise.resolve();
    },
  };
}

/** A position that no event ever had. */
function positionOf(repository: Repository, sequence: number): string {
  return `${formatRepository(repository)}:test.${sequence}@${digestOf('f'.repeat(64))}`;
}

async function playDeployment(ledger: Ledger, writer: LedgerWriter): Promise<void> {
  let head = await ledger.read();
  const deployment = ledger.nextTag(head);
  for (const kind of ['started', 'available', 'verified', 'known-good'] as const) {
    head = await ledger.append(head, draft(kind, deployment), writer);
  }
}

describe.each<[RegistryName]>([['candidates'], ['production']])('in the registry %s', (name) => {
  let host: string;
  let count = 0;

  beforeAll(async () => {
    ({ host } = await (await openLab()).registry(name));
  });

  async function open(): Promise<{
    client: RegistryClient;
    ledger: Ledger;
    repository: Repository;
  }> {
    const client = await createRegistryClient({
      credentials: [],
      plainHttp: [host],
      logger: createRecordingLogger(),
      clock: systemClock,
      signal: new AbortController().signal,
    });
    count += 1;
    const repository = parseRepository(`${host}/ledger-test/${process.pid}-${count}`);
    const logger = createRecordingLogger();
    const options = { client, clock: systemClock, logger, repository, environment: 'test' };
    return { client, repository, ledger: openLedger(options) };
  }

  test('what was appended is read, and the chain is whole', async () => {
    const { client, ledger, repository } = await open();
    const writer = createWriter();

    await playDeployment(ledger, writer);
    await playDeployment(ledger, writer);

    const head = await ledger.read();
    expect(head.sequence).toBe(8);
    expect(head.state.live).toBe('test.00000005');
    expect(writer.positions.at(-1)).toBe(
      `${formatRepository(repository)}:test.8@${head.digest ?? ''}`,
    );
    const links = await readChain(client, repository, 'test');
    expect(checkChain('test', links)).toMatchObject({ isWhole: true, length: 8 });
  });

  test('the head is known after two reads, however long the chain', async () => {
    const { client, ledger } = await open();
    await playDeployment(ledger, createWriter());
    const before = client.stats.requests;

    await ledger.read();

    expect(client.stats.requests - before).toBe(2);
  });

  test('without its head tag, or with an old one, the end is found all the same', async () => {
    const { client, ledger, repository } = await open();
    const writer = createWriter();
    await playDeployment(ledger, writer);
    const old = await client.fetchManifest(repository, parseTag('test.00000001'));
    if (old === undefined) throw new Error('the first event is missing');

    await client.putManifest(repository, parseTag('test'), old);

    expect((await ledger.read()).sequence).toBe(4);
  });

  test('an event that somebody else wrote there is a conflict', async () => {
    const { ledger, repository } = await open();
    const stale = await ledger.read();
    await ledger.append(stale, draft('started', 'test.00000001'), createWriter());

    const written = ledger.append(
      stale,
      { ...draft('started', 'test.00000001'), version: '2.0.0' },
      createWriter(),
    );
    const read = ledger.read(positionOf(repository, 1));

    await expect(written).rejects.toMatchObject({ code: 'ledger-conflict' });
    await expect(read).rejects.toMatchObject({ code: 'ledger-conflict' });
    expect((await ledger.read()).state.attempts[0]?.version).toBe('1.0.0');
  });

  test('a registry that shows less than was acknowledged is waited for, then refused', async () => {
    const { client, repository } = await open();
    const clock = createManualClock();
    const ledger = openLedger({
      client,
      clock,
      logger: createRecordingLogger(),
      repository,
      environment: 'test',
    });

    const failure: unknown = await ledger
      .read(positionOf(repository, 3))
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SlipwayError);
    expect(failure).toMatchObject({
      code: 'ledger-broken',
      message: 'the ledger ends at event 0, but event 3 was seen before',
    });
    expect(clock.sleeps.length).toBeGreaterThan(10);
  });

  test('a position in another ledger under the same Lease is not taken for one here', async () => {
    const { ledger } = await open();
    const other = `other.example.com/x-ledger:stage.30@${digestOf('f'.repeat(64))}`;

    expect((await ledger.read(other)).sequence).toBe(0);
  });

  test('an event that is not legal is never written', async () => {
    const { ledger } = await open();
    const head = await ledger.read();

    const failure = ledger.append(head, draft('verified', 'test.00000001'), createWriter());

    await expect(failure).rejects.toMatchObject({ code: 'internal' });
    expect((await ledger.read()).sequence).toBe(0);
  });
});
