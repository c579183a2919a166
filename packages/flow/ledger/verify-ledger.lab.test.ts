import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseRepository, parseTag, type Repository } from '@slipway/core/image-ref';
import type { BreakKind, ChainVerdict } from '@slipway/core/release';
import type { FetchedManifest, RegistryClient } from '@slipway/io/registry';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryKind,
} from '@slipway/lab/test-registry';
import { createManualClock, type ManualClock } from '@slipway/testing/clock';
import { askPlain } from '@slipway/testing/content';
import {
  contentOf,
  createLeaseInMemory,
  playHistory,
  type LeaseInMemory,
} from '@slipway/testing/ledger';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient } from '@slipway/testing/registry';
import { openLedger, verifyLedger, type Ledger } from './index.js';

const kinds: readonly TestRegistryKind[] = ['distribution-3', 'cuelabs'];
const mediaType = 'application/vnd.oci.image.manifest.v1+json';

type Expected = readonly [kind: BreakKind, tag: string, sentence: string | RegExp];

/** A ledger of eight events, all acknowledged, and the means to damage it. */
class Damaged {
  readonly lease: LeaseInMemory = createLeaseInMemory();
  readonly ledger: Ledger;
  readonly clock: ManualClock = createManualClock();
  readonly #registry: TestRegistry;
  readonly #client: RegistryClient;
  readonly #repository: Repository;

  private constructor(registry: TestRegistry, client: RegistryClient, path: string) {
    this.#registry = registry;
    this.#client = client;
    this.#repository = parseRepository(`${registry.host}/${path}`);
    this.ledger = this.open('test');
  }

  static async open(registry: TestRegistry, client: RegistryClient, path: string) {
    const damaged = new Damaged(registry, client, path);
    await playHistory(damaged.ledger, damaged.lease.take('ada'), 8);
    return damaged;
  }

  open(environment: string): Ledger {
    const seams = { client: this.#client, clock: this.clock, logger: createRecordingLogger() };
    return openLedger({ ...seams, repository: this.#repository, environment });
  }

  verify(): Promise<ChainVerdict> {
    const { acknowledged } = this.lease;
    const seams = { client: this.#client, clock: this.clock, repository: this.#repository };
    return verifyLedger({ ...seams, environment: 'test', acknowledged });
  }

  async fetch(tag: string): Promise<FetchedManifest> {
    const found = await this.#client.fetchManifest(this.#repository, parseTag(tag));
    if (found === undefined) throw new Error(`there is no ${tag}`);
    return found;
  }

  async put(tag: string, text: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#client.putManifest(this.#repository, parseTag(tag), { mediaType, bytes });
  }

  async remove(...tags: readonly string[]): Promise<void> {
    const { path: repository } = this.#repository;
    for (const tag of tags) {
      const path = `/v2/${repository}/manifests/${tag}`;
      const { status } = await askPlain(this.#registry, { method: 'DELETE', path, repository });
      if (status !== 202) throw new Error(`${tag} was not deleted: ${status}`);
    }
  }

  /** Somebody who is paused right before he writes, and will not look whether he still holds the Lease. */
  async pause(): Promise<() => Promise<void>> {
    const writer = {
      ...this.lease.take('paused'),
      acknowledged: undefined,
      assertHeld: () => undefined,
      acknowledge: () => Promise.resolve(),
    };
    const head = await this.ledger.read();
    return async () => {
      const content = contentOf('started', this.ledger.nextTag(head), 70);
      await this.ledger.append(head, content, writer);
    };
  }

  /** Changes the name of who did it, and nothing else. */
  async tamper(tag: string): Promise<void> {
    const { bytes } = await this.fetch(tag);
    await this.put(
      tag,
      Buffer.from(bytes).toString().replace('"actor\\":\\"ada', '"actor\\":\\"ads'),
    );
  }
}

describe.each(kinds.map((kind) => ({ kind })))('in the registry $kind', ({ kind }) => {
  let registry: TestRegistry;
  let client: RegistryClient;
  let count = 0;

  beforeAll(async () => {
    registry = await startTestRegistry({ kind });
    ({ client } = await openTestClient());
  });

  afterAll(async () => {
    client.close();
    await registry.close();
  });

  function open(): Promise<Damaged> {
    count += 1;
    return Damaged.open(registry, client, `verify/app-${count}`);
  }

  test('a ledger that nobody damaged is whole', async () => {
    expect(await (await open()).verify()).toMatchObject({ isWhole: true, length: 8 });
  });

  test('a head that stays behind, or is not there, is no damage', async () => {
    const behind = await open();
    await behind.put('test', (await behind.fetch('test.00000003')).bytes);
    const without = await open();
    await without.remove('test');

    expect(await behind.verify()).toMatchObject({ isWhole: true, length: 8 });
    expect(await without.verify()).toMatchObject({ isWhole: true, length: 8 });
  });

  test.each<[string, (damaged: Damaged) => Promise<unknown>, Expected]>([
    [
      'truncated: an event in the middle was deleted',
      (damaged) => damaged.remove('test.00000003'),
      ['truncated', 'test.00000003', 'event 3 is missing, but events after it are there'],
    ],
    [
      'truncated: the first events were deleted',
      (damaged) => damaged.remove('test.00000001', 'test.00000002'),
      ['truncated', 'test.00000001', 'event 1 is missing, but events after it are there'],
    ],
    [
      'truncated: the last events were deleted, and the head put back',
      async (damaged) => {
        await damaged.remove('test.00000007', 'test.00000008');
        await damaged.put('test', (await damaged.fetch('test.00000006')).bytes);
      },
      [
        'truncated',
        'test.00000007',
        'the ledger ends at event 6, but the Lease acknowledged event 8',
      ],
    ],
    [
      'truncated: the last event was deleted, and the Lease, too',
      async (damaged) => {
        await damaged.remove('test.00000008');
        damaged.lease.acknowledged = undefined;
      },
      ['truncated', 'test.00000008', 'the ledger ends at event 7, but the head names event 8'],
    ],
    [
      'tampered: one letter of an event was changed',
      (damaged) => damaged.tamper('test.00000003'),
      ['tampered', 'test.00000003', /^it is sha256:.*: it was changed since$/],
    ],
    [
      'tampered: one letter of the last event was changed',
      (damaged) => damaged.tamper('test.00000008'),
      ['tampered', 'test.00000008', /^it is sha256:.*, but the Lease acknowledged sha256:/],
    ],
    [
      'tampered: an event has another number than its tag',
      async (damaged) => {
        const { bytes } = await damaged.fetch('test.00000003');
        await damaged.put(
          'test.00000003',
          Buffer.from(bytes).toString().replace('\\"sequence\\":3', '\\"sequence\\":4'),
        );
      },
      ['tampered', 'test.00000003', 'it was written as test.00000003, and has another number now'],
    ],
    [
      're-ordered: two events have changed places',
      async (damaged) => {
        const [third, fourth] = [
          await damaged.fetch('test.00000003'),
          await damaged.fetch('test.00000004'),
        ];
        await damaged.put('test.00000003', fourth.bytes);
        await damaged.put('test.00000004', third.bytes);
      },
      ['re-ordered', 'test.00000003', 'test.00000004 stands in its place'],
    ],
    [
      'forked: somebody who had lost the Lease wrote over what came after',
      async (damaged) => {
        const wakeUp = await damaged.pause();
        await playHistory(damaged.ledger, damaged.lease.take('bob'), 10);
        await wakeUp();
      },
      ['forked', 'test.00000010', /^it follows sha256:.*, by another writer$/],
    ],
    [
      'forked: and nothing came after it',
      async (damaged) => {
        const wakeUp = await damaged.pause();
        await playHistory(damaged.ledger, damaged.lease.take('bob'), 9);
        await wakeUp();
      },
      ['forked', 'test.00000009', /^it is sha256:.*, but the Lease acknowledged sha256:/],
    ],
    [
      'foreign: an image has the tag of an event',
      (damaged) => damaged.put('test.00000003', image),
      ['foreign', 'test.00000003', 'it is not an event of Slipway'],
    ],
    [
      'foreign: an event of another environment',
      async (damaged) => {
        await playHistory(damaged.open('stage'), createLeaseInMemory('stage').take(), 3);
        await damaged.put('test.00000003', (await damaged.fetch('stage.00000003')).bytes);
      },
      ['foreign', 'test.00000003', 'it is an event of another environment: stage.00000003'],
    ],
    [
      'foreign: the head is something else',
      (damaged) => damaged.put('test', image),
      ['foreign', 'test', 'it is not an event of Slipway'],
    ],
  ])('%s', async (_name, damage, [kind, tag, sentence]) => {
    const damaged = await open();

    await damage(damaged);

    const verdict = await damaged.verify();
    expect(verdict).toMatchObject({ isWhole: false, kind, tag });
    expect('sentence' in verdict ? verdict.sentence : '').toMatch(sentence);
  });
});

/** An image without layers; every ledger has the blob that is its config. */
const image = JSON.stringify({
  schemaVersion: 2,
  mediaType,
  config: {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: 2,
  },
  layers: [],
});
