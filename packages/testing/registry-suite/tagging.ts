import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { parseTag } from '@slipway/core/image-ref';
import { tagImage } from '@slipway/io/registry';
import { putContent, putManifest, readTag } from '../content/index.js';
import type { ProfileTraits } from '../registry-profiles/index.js';
import { buildImage, buildScene } from './scenes.js';
import { isBlob, isWrite, options, type SuiteStage } from './suite-stage.js';

const version = parseTag('1.4.0');
const latest = parseTag('latest');

/** Tags are written, kept, moved and listed. */
export function testTagging(stage: () => SuiteStage, traits: ProfileTraits): void {
  test('a tag for an image that is there is one manifest, and no blob', async () => {
    const scene = buildScene('tag');
    const { path, here: repository } = stage().fresh();
    await putContent(stage().here.behind, path, scene.content);
    const client = await stage().client();
    const change = { tags: [version] };

    const asked = await stage().recordsOf(() =>
      tagImage(client, repository, scene.root.digest, options(change)),
    );

    expect(asked.filter(isBlob)).toEqual([]);
    expect(asked.filter(isWrite).filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await readTag(stage().here.behind, path, version)).toBe(scene.root.digest);
  });

  test('a version tag stays with its image', async () => {
    const [first, second] = [buildImage('first'), buildImage('second')];
    const { path, here: repository } = stage().fresh();
    await stage().push(first, repository, { tags: [version] });

    const moved = stage().push(second, repository, { tags: [version], tagPolicy: 'move' });

    await expect(moved).rejects.toMatchObject({ code: 'tag-taken' });
    expect(await readTag(stage().here.behind, path, version)).toBe(first.root.digest);
  });

  test.each(['fail', 'skip', 'move'] as const)('a moving tag, policy %s', async (tagPolicy) => {
    const [first, second] = [buildImage('old'), buildImage('new')];
    const { path, here: repository } = stage().fresh();
    await stage().push(first, repository, { tags: [latest] });

    const result = await stage()
      .push(second, repository, { tags: [latest], tagPolicy })
      .then(
        ({ tags }) => tags[0]?.state,
        (error: unknown) => (error instanceof SlipwayError ? error.code : error),
      );

    const moves = traits.movesTags ? 'moved' : 'registry-refused';
    const expected = { fail: 'tag-taken', skip: 'skipped', move: moves }[tagPolicy];
    const holder = expected === 'moved' ? second : first;
    expect(result).toBe(expected);
    expect(await readTag(stage().here.behind, path, latest)).toBe(holder.root.digest);
  });

  test('tags are listed', async () => {
    const { content, root } = buildImage('tags');
    const { path, here: repository } = stage().fresh();
    await putContent(stage().here.behind, path, content);
    const [manifest] = content.manifests;
    const tags = Array.from({ length: 5 }, (_, index) => parseTag(`1.0.${index}`));
    for (const tag of tags)
      if (manifest) await putManifest(stage().here.behind, path, manifest, tag);
    const client = await stage().client();

    const listed = await client.listTags(repository);

    expect(listed.toSorted()).toEqual(tags);
    expect(await client.listTags(repository, { limit: 2 })).toHaveLength(2);
    expect((await client.resolve(repository, tags[4] ?? latest))?.digest).toBe(root.digest);
  });
}
