import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { parseRepository, parseTag, type Repository } from '@slipway/core/image-ref';
import {
  copyImage,
  openLayout,
  pushImage,
  tagImage,
  type Descriptor,
  type PushResult,
  type RegistryClient,
  type TagOptions,
} from '@slipway/io/registry';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { createManualClock } from '../clock/index.js';
import {
  TestContent,
  findDifferences,
  findIncompleteTags,
  oddManifests,
  putContent,
  putManifest,
  readTag,
  writeContent,
} from '../content/index.js';
import { createRecordingLogger } from '../logger/index.js';
import { openTestClient, type ProxyRecord } from '../registry/index.js';
import { openProfile, type OpenProfile, type RegistryProfile } from '../registry-profiles/index.js';

const version = parseTag('1.4.0');
const latest = parseTag('latest');
const largeBytes = 100_000;
const isWrite = ({ method }: ProxyRecord): boolean => method !== 'GET' && method !== 'HEAD';
const isBlob = ({ path }: ProxyRecord): boolean => path.includes('/blobs/');

interface Scene {
  readonly content: TestContent;
  readonly root: Descriptor;
}

/** An index of two platforms that share a layer, with an artifact on each level, and on one of them another. */
function buildScene(mark: string): Scene {
  const content = new TestContent();
  const [amd64, arm64] = ['amd64', 'arm64'].map((each) =>
    content.image([mark.padEnd(largeBytes, '.'), `${each} ${mark}`], each),
  );
  if (amd64 === undefined || arm64 === undefined) throw new Error('no images');
  const root = content.index({ amd64, arm64 });
  const onIndex = content.artifact(root, `tested ${mark}`);
  content.artifact(arm64, `scanned ${mark}`);
  content.artifact(onIndex, `signed ${mark}`);
  return { content, root };
}

function buildImage(mark: string): Scene {
  const content = new TestContent();
  return { content, root: content.image([`only ${mark}`]) };
}

/** What every registry has to go through with the client, each behind its own quirks. */
export function describeRegistry(profile: RegistryProfile): void {
  let here: OpenProfile;
  let elsewhere: TestRegistry;
  let folder: string;
  let count = 0;

  beforeAll(async () => {
    [here, elsewhere, folder] = await Promise.all([
      openProfile(profile),
      startTestRegistry({ kind: 'go-containerregistry-with-referrers' }),
      mkdtemp(join(tmpdir(), 'registries-')),
    ]);
  });

  afterAll(async () => {
    await Promise.all([here.close(), elsewhere.close(), rm(folder, { recursive: true })]);
  });

  function fresh(): {
    readonly path: string;
    readonly here: Repository;
    readonly there: Repository;
  } {
    count += 1;
    const path = `suite/app-${count}`;
    here.createRepository(path);
    return {
      path,
      here: parseRepository(`${here.host}/${path}`),
      there: parseRepository(`${elsewhere.host}/${path}`),
    };
  }

  async function open(): Promise<RegistryClient> {
    const { auth, caCertificates } = here;
    const ca = caCertificates === undefined ? {} : { caCertificates };
    return (await openTestClient({ auth, ...ca })).client;
  }

  const options = (change: Partial<TagOptions> = {}): TagOptions => ({
    tags: [],
    tagPolicy: 'fail',
    isDryRun: false,
    logger: createRecordingLogger(),
    clock: createManualClock(),
    ...change,
  });

  async function push(
    { content, root }: Scene,
    repository: Repository,
    change: Partial<TagOptions> = {},
  ): Promise<PushResult> {
    count += 1;
    const place = join(folder, `${count}`);
    await writeContent(place, content, root);
    return pushImage(await open(), await openLayout(place), repository, options(change));
  }

  async function copy({ root }: Scene, from: Repository, to: Repository): Promise<void> {
    await copyImage(await open(), { from, digest: root.digest, to }, options());
  }

  /** What the registry was asked while something was done. */
  async function recordsOf(work: () => Promise<unknown>): Promise<readonly ProxyRecord[]> {
    const before = here.records.length;
    await work();
    return here.records.slice(before);
  }

  test('what was pushed is there, to the byte', async () => {
    const scene = buildScene(`push ${count}`);
    const { path, here: repository } = fresh();

    await push(scene, repository, { tags: [version, latest] });

    expect(await findDifferences(here.behind, path, scene.content)).toEqual([]);
    expect(await readTag(here.behind, path, version)).toBe(scene.root.digest);
    expect(await readTag(here.behind, path, latest)).toBe(scene.root.digest);
    expect(await findIncompleteTags(here.behind, path)).toEqual([]);
  });

  test('a layer of several platforms is sent once', async () => {
    const { here: repository } = fresh();
    const scene = buildScene(`shared ${count}`);

    const asked = await recordsOf(() => push(scene, repository));

    expect(asked.filter(({ bytesIn }) => bytesIn === largeBytes)).toHaveLength(1);
  });

  test('a second push sends nothing', async () => {
    const scene = buildScene(`twice ${count}`);
    const { here: repository } = fresh();
    await push(scene, repository, { tags: [version] });

    const asked = await recordsOf(() => push(scene, repository, { tags: [version] }));

    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a dry run sends nothing', async () => {
    const { here: repository } = fresh();
    const dry = { tags: [version], isDryRun: true };

    const asked = await recordsOf(() => push(buildScene(`dry ${count}`), repository, dry));

    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a copy to another repository is whole', async () => {
    const scene = buildScene(`within ${count}`);
    const [from, to] = [fresh(), fresh()];
    await putContent(here.behind, from.path, scene.content);

    const asked = await recordsOf(() => copy(scene, from.here, to.here));

    expect(await findDifferences(here.behind, to.path, scene.content)).toEqual([]);
    const read = asked.filter((each) => isBlob(each) && each.method === 'GET');
    const sent = asked.filter((each) => isBlob(each) && each.bytesIn > 0);
    if (profile.traits.mounts) expect([...read, ...sent]).toEqual([]);
  });

  test('a copy from another registry is whole, and a second sends nothing', async () => {
    const scene = buildScene(`in ${count}`);
    const { path, here: to, there: from } = fresh();
    await putContent(elsewhere, path, scene.content);

    await copy(scene, from, to);
    const asked = await recordsOf(() => copy(scene, from, to));

    expect(await findDifferences(here.behind, path, scene.content)).toEqual([]);
    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a copy to another registry is whole', async () => {
    const scene = buildScene(`out ${count}`);
    const { path, here: from, there: to } = fresh();
    await putContent(here.behind, path, scene.content);

    await copy(scene, from, to);

    expect(await findDifferences(elsewhere, path, scene.content)).toEqual([]);
  });

  test('signatures that cosign keeps under tags go along', async () => {
    const scene = buildImage(`signed ${count}`);
    scene.content.signature(scene.root, 'a signature');
    const { path, here: to, there: from } = fresh();
    await putContent(elsewhere, path, scene.content);

    await copy(scene, from, to);

    expect(await findDifferences(here.behind, path, scene.content)).toEqual([]);
  });

  test.each(oddManifests)('%s arrives to the byte', async (_name, mediaType, write) => {
    const content = new TestContent();
    const root = content.manifest(write(content, `${count}`), mediaType);
    const { path, here: to, there: from } = fresh();
    await putContent(elsewhere, path, content);

    await copy({ content, root }, from, to);

    expect(await findDifferences(here.behind, path, content)).toEqual([]);
  });

  test('a tag for an image that is there is one manifest, and no blob', async () => {
    const scene = buildScene(`tag ${count}`);
    const { path, here: repository } = fresh();
    await putContent(here.behind, path, scene.content);
    const client = await open();
    const change = { tags: [version] };

    const asked = await recordsOf(() =>
      tagImage(client, repository, scene.root.digest, options(change)),
    );

    expect(asked.filter(isBlob)).toEqual([]);
    expect(asked.filter(isWrite).filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await readTag(here.behind, path, version)).toBe(scene.root.digest);
  });

  test('a version tag stays with its image', async () => {
    const [first, second] = [buildImage(`first ${count}`), buildImage(`second ${count}`)];
    const { path, here: repository } = fresh();
    await push(first, repository, { tags: [version] });

    const moved = push(second, repository, { tags: [version], tagPolicy: 'move' });

    await expect(moved).rejects.toMatchObject({ code: 'tag-taken' });
    expect(await readTag(here.behind, path, version)).toBe(first.root.digest);
  });

  test.each(['fail', 'skip', 'move'] as const)('a moving tag, policy %s', async (tagPolicy) => {
    const [first, second] = [buildImage(`old ${count}`), buildImage(`new ${count}`)];
    const { path, here: repository } = fresh();
    await push(first, repository, { tags: [latest] });

    const result = await push(second, repository, { tags: [latest], tagPolicy }).then(
      ({ tags }) => tags[0]?.state,
      (error: unknown) => (error instanceof SlipwayError ? error.code : error),
    );

    const moves = profile.traits.movesTags ? 'moved' : 'registry-refused';
    const expected = { fail: 'tag-taken', skip: 'skipped', move: moves }[tagPolicy];
    const holder = expected === 'moved' ? second : first;
    expect(result).toBe(expected);
    expect(await readTag(here.behind, path, latest)).toBe(holder.root.digest);
  });

  test('tags are listed', async () => {
    const { content, root } = buildImage(`tags ${count}`);
    const { path, here: repository } = fresh();
    await putContent(here.behind, path, content);
    const [manifest] = content.manifests;
    const tags = Array.from({ length: 5 }, (_, index) => parseTag(`1.0.${index}`));
    for (const tag of tags) if (manifest) await putManifest(here.behind, path, manifest, tag);
    const client = await open();

    const listed = await client.listTags(repository);

    expect(listed.toSorted()).toEqual(tags);
    expect((await client.resolve(repository, tags[4] ?? latest))?.digest).toBe(root.digest);
  });
}
