import { afterEach, expect, test } from '@jest/globals';
import { parseTag } from '@slipway/core/image-ref';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient, startServer, type TestServer } from '@slipway/testing/registry';
import { computeDigest, mediaTypes } from '../protocol/index.js';
import { tagImage, type TagOptions } from './index.js';

const config = {
  mediaType: mediaTypes.emptyJson,
  digest: computeDigest(Buffer.from('{}')),
  size: 2,
};
const body = JSON.stringify({
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config,
  layers: [],
});
const digest = computeDigest(Buffer.from(body));
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Tags through a registry that holds manifests by tag and digest. */
async function tag(held: ReadonlyMap<string, string>, change: Partial<TagOptions> = {}) {
  const manifests = new Map(held);
  const headers = { 'content-type': mediaTypes.ociManifest };
  const server = await startServer((request) => {
    const name = request.path.split('/').at(-1) ?? '';
    if (request.method === 'PUT') manifests.set(name, request.body);
    const found = manifests.get(name);
    return found === undefined ? { status: 404 } : { status: 200, headers, body: found };
  });
  servers.push(server);
  const { client } = await openTestClient();
  const logger = createRecordingLogger();
  const repository = { registry: server.host, path: 'a' };
  const tags = [parseTag('1.4.0'), parseTag('latest')];
  const options = { tags, isDryRun: false, logger, clock: createManualClock() };
  const outcomes = tagImage(client, repository, digest, {
    ...options,
    tagPolicy: 'fail',
    ...change,
  });
  const listWrites = (): readonly string[] =>
    server.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path);
  return { outcomes, logger, name: `${server.host}/a`, listWrites };
}

const there = new Map<string, string>([[digest, body]]);
const other = body.replace('[]', '[ ]');

test('tags are written with the very bytes of the image', async () => {
  const { outcomes, logger, name, listWrites } = await tag(there);

  expect(await outcomes).toEqual([
    { tag: '1.4.0', state: 'created' },
    { tag: 'latest', state: 'created' },
  ]);
  expect(listWrites()).toEqual(['/v2/a/manifests/1.4.0', '/v2/a/manifests/latest']);
  expect(logger.lines).toEqual([`tag ${name}:1.4.0: created`, `tag ${name}:latest: created`]);
});

test('tags that name the image already are not written', async () => {
  const { outcomes, listWrites } = await tag(
    new Map([...there, ['1.4.0', body], ['latest', body]]),
  );

  expect(await outcomes).toEqual([
    { tag: '1.4.0', state: 'unchanged' },
    { tag: 'latest', state: 'unchanged' },
  ]);
  expect(listWrites()).toEqual([]);
});

test('only the tag that is new is written', async () => {
  const { outcomes, listWrites } = await tag(new Map([...there, ['1.4.0', body]]));

  expect(await outcomes).toMatchObject([{ state: 'unchanged' }, { state: 'created' }]);
  expect(listWrites()).toEqual(['/v2/a/manifests/latest']);
});

test('one tag that is taken, and none is written', async () => {
  const { outcomes, listWrites } = await tag(new Map([...there, ['1.4.0', other]]));

  await expect(outcomes).rejects.toMatchObject({ code: 'tag-taken' });
  expect(listWrites()).toEqual([]);
});

test('an image that is not there gets no tag', async () => {
  const { outcomes, name, listWrites } = await tag(new Map());

  await expect(outcomes).rejects.toMatchObject({
    code: 'not-found',
    message: `the image ${name}@${digest} is not in the registry`,
  });
  expect(listWrites()).toEqual([]);
});

test('a dry run tells what would be, also of an image that is not there yet', async () => {
  const { outcomes, logger, name, listWrites } = await tag(new Map([['latest', other]]), {
    isDryRun: true,
    tagPolicy: 'move',
  });

  expect(await outcomes).toMatchObject([{ state: 'created' }, { state: 'moved' }]);
  expect(logger.lines).toEqual([
    `tag ${name}:1.4.0: would be created`,
    `tag ${name}:latest: would be moved`,
  ]);
  expect(listWrites()).toEqual([]);
});
