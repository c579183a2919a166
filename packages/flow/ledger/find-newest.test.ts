import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseRepository, parseTag } from '@slipway/core/image-ref';
import { emptyState, formatEventTag, type LedgerEvent } from '@slipway/core/release';
import { contentOf } from '@slipway/testing/ledger';
import { createRandom } from '@slipway/testing/random';
import { createRegistryInMemory, type RegistryInMemory } from '@slipway/testing/registry-in-memory';
import { buildEventArtifact } from './event-artifact.js';
import { findNewest } from './find-newest.js';

const repository = parseRepository('memory.example.com/shop/catalog-ledger');
const environment = 'test';
const longest = 10_000;
const random = createRandom(6);
/** Every length up to 300, around each power of two, and some others. */
const lengths = [
  ...Array.from({ length: 300 }, (_, index) => index + 1),
  ...[512, 1024, 2048, 4096, 8192].flatMap((power) => [power - 1, power, power + 1]),
  ...Array.from({ length: 50 }, () => 300 + Math.floor(random() * (longest - 300))),
  longest,
];

/** @param from the environment whose events they are */
async function fill(
  { client }: RegistryInMemory,
  count: number,
  from = environment,
): Promise<void> {
  let previous: LedgerEvent['previous'];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const event: LedgerEvent = {
      ...contentOf('started', formatEventTag(from, sequence), sequence),
      kind: 'of a later version',
      at: '2026-01-01T00:00:00Z',
      actor: 'ada',
      sequence,
      ...(previous === undefined ? {} : { previous }),
      run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
      lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
      state: emptyState,
    };
    const { manifest, digest } = buildEventArtifact(event, from);
    await client.putManifest(repository, parseTag(formatEventTag(from, sequence)), manifest);
    previous = digest;
  }
}

/** The head names the event with this number. */
function setHead({ manifests }: RegistryInMemory, tag: string): void {
  const named = manifests.get(tag);
  if (named === undefined) throw new Error(`there is no ${tag}`);
  manifests.set(environment, named);
}

describe('without a Lease', () => {
  let registry: RegistryInMemory;
  let length = longest;

  beforeAll(async () => {
    registry = createRegistryInMemory();
    await fill(registry, longest);
    registry.hooks.read = (reference, current) =>
      reference > formatEventTag(environment, length) ? undefined : current;
  });

  async function find(options?: { isCertain: boolean }) {
    const before = registry.requests.length;
    const place = { client: registry.client, repository, environment };
    const found = await findNewest(place, options);
    return { sequence: found?.event.sequence, requests: registry.requests.slice(before) };
  }

  test('a head that has moved along needs two requests, whatever the length', async () => {
    for (const each of [1, 10, 1000, longest]) {
      length = each;
      setHead(registry, formatEventTag(environment, each));

      const { sequence, requests } = await find();

      expect(sequence).toBe(each);
      expect(requests).toEqual(['GET test', `GET ${formatEventTag(environment, each + 1)}`]);
    }
  });

  test('a head that cannot move costs at most 2·log2(n) from 16 events on, and eight below', async () => {
    setHead(registry, formatEventTag(environment, 1));
    for (const each of lengths) {
      length = each;

      const { sequence, requests } = await find();

      const probes = requests.length - 1;
      expect({ each, sequence }).toEqual({ each, sequence: each });
      const allowed = each < 16 ? 8 : 2 * Math.log2(each);
      expect({ each, isWithin: probes <= allowed, probes }).toMatchObject({ isWithin: true });
    }
  });

  test('without any head the end is found, too', async () => {
    registry.manifests.delete(environment);
    for (const each of [1, 2, 3, 90, longest]) {
      length = each;

      expect(await find()).toMatchObject({ sequence: each });
    }
  });

  test.each<[string, string, { isCertain: boolean } | undefined]>([
    ['an old event', 'test.00000002', undefined],
    ['an event of another environment', 'stage.00000003', undefined],
    ['something else', 'image', undefined],
    [
      'an event that has no tag of its own, where that is looked at',
      'test.00000500',
      { isCertain: true },
    ],
  ])('a head that names %s hides and invents nothing', async (_name, named, options) => {
    await fill(registry, 3, 'stage');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const bytes = Buffer.from('{"schemaVersion":2}');
    await registry.client.putManifest(repository, parseTag('image'), { mediaType, bytes });
    length = 40;
    setHead(registry, named);

    expect(await find(options)).toMatchObject({ sequence: 40 });
  });
});

test('a head that another history goes on from counts for nothing', async () => {
  const registry = createRegistryInMemory();
  await fill(registry, 7);
  const forked = registry.manifests.get('test.00000003');
  await fill(registry, 2);
  const other = registry.manifests.get('test.00000004');
  if (forked === undefined || other === undefined) throw new Error('too short');
  const text = Buffer.from(forked.bytes)
    .toString()
    .replace('\\"actor\\":\\"ada\\"', '\\"actor\\":\\"eve\\"');
  const bytes = Buffer.from(text);
  await registry.client.putManifest(repository, parseTag(environment), { ...forked, bytes });

  const found = await findNewest({ client: registry.client, repository, environment });

  expect(found?.event.sequence).toBe(7);
  expect(registry.requests.slice(-6)).toContain('GET test.00000001');
});

describe('an end that is the beginning', () => {
  test('an empty ledger: head, first event, and the list of tags', async () => {
    const { client, requests } = createRegistryInMemory();

    const found = await findNewest({ client, repository, environment });

    expect(found).toBeUndefined();
    expect(requests).toEqual(['GET test', 'GET test.00000001', 'GET tags after test.00000000']);
  });

  test('a ledger that begins while it is looked at is not taken for a broken one', async () => {
    const registry = createRegistryInMemory();
    await fill(registry, 2);
    let early = 2; // head and first event are asked for before they are written
    registry.hooks.read = (_reference, current) => {
      early -= 1;
      return early < 0 ? current : undefined;
    };

    const found = await findNewest({ client: registry.client, repository, environment });

    expect(found?.event.sequence).toBe(2);
  });

  test('a ledger whose first events a clean-up rule has deleted is not taken for empty', async () => {
    const registry = createRegistryInMemory();
    await fill(registry, 5);
    for (const sequence of [1, 2, 3]) {
      registry.manifests.delete(formatEventTag(environment, sequence));
    }

    const finding = findNewest({ client: registry.client, repository, environment });

    await expect(finding).rejects.toMatchObject({
      code: 'ledger-broken',
      message:
        'memory.example.com/shop/catalog-ledger has the event test.00000004, but not the first one of test',
    });
  });

  test.each(['tester.00000001', 'test.latest', 'bundle-0123456789ab'])(
    'the tag %s is no event of it',
    async (tag) => {
      const registry = createRegistryInMemory();
      await fill(registry, 1, 'other');
      const manifest = registry.manifests.get('other.00000001');
      if (manifest === undefined) throw new Error('nothing was written');
      await registry.client.putManifest(repository, parseTag(tag), manifest);

      const found = await findNewest({ client: registry.client, repository, environment });

      expect(found).toBeUndefined();
    },
  );
});
