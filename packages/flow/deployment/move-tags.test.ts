import { beforeEach, expect, test } from '@jest/globals';
import { formatReference, parseRepository, parseTag } from '@slipway/core/image-ref';
import { emptyState, type Attempt } from '@slipway/core/release';
import { computeDigest } from '@slipway/io/registry';
import { createSteppedClock } from '@slipway/testing/clock';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import {
  createRegistryInMemory,
  refuse,
  type RegistryInMemory,
} from '@slipway/testing/registry-in-memory';
import { moveTags } from './move-tags.js';

const repository = parseRepository('memory.example.com/shop/catalog');
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2 };
const manifest = {
  schemaVersion: 2,
  mediaType,
  config: { ...config, digest: `sha256:${'c'.repeat(64)}` },
  layers: [],
};
const bytes = Buffer.from(JSON.stringify(manifest));
const image = formatReference({ repository, digest: computeDigest(bytes) });
let registry: RegistryInMemory;
let logger: RecordingLogger;

beforeEach(async () => {
  logger = createRecordingLogger();
  registry = createRegistryInMemory();
  await registry.client.putManifest(repository, parseTag('given'), { mediaType, bytes });
});

interface Release {
  readonly version?: string;
  readonly isProduction?: boolean;
  readonly isAdopted?: boolean;
}

/** The tags that are there afterwards. */
async function move({ version = '1.4.2', isProduction = true, isAdopted = false }: Release) {
  const startedAt = '2026-01-01T00:00:00Z';
  const attempt: Attempt = {
    deployment: 'production.00000005',
    intent: 'deploy',
    bundle: computeDigest(Buffer.from(version)),
    image,
    version,
    outcome: 'known-good',
    startedAt,
  };
  const adopted = { ...attempt, deployment: 'production.00000001', adoptedAt: startedAt };
  const state = { ...emptyState, attempts: isAdopted ? [attempt, adopted] : [attempt] };
  const { client } = registry;
  const { signal } = new AbortController();
  const context = { client, clock: createSteppedClock(), logger, signal, isProduction };
  await moveTags(context, state, attempt);
  return (await client.listTags(repository)).filter((tag) => tag !== 'given');
}

test.each<[string, Release, readonly string[]]>([
  ['a release of production', {}, ['1', '1.4', 'latest']],
  ['a release elsewhere', { isProduction: false }, []],
  ['a prerelease', { version: '1.4.2-rc.1' }, []],
  ['what ran before Slipway came, gone back to', { isAdopted: true }, []],
])('%s', async (_name, release, tags) => {
  expect(await move(release)).toEqual(tags);
});

test('who may not set them is told, and goes on', async () => {
  registry.hooks.beforePut = () => {
    throw refuse('PUT', 403, 'DENIED');
  };

  await move({});

  expect(logger.lines).toEqual([
    '[warning] 1.4, 1, latest of memory.example.com/shop/catalog stay where they are: memory refused PUT: 403 DENIED',
  ]);
});
