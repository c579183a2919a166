import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import {
  TestContent,
  findDifferences,
  findIncompleteTags,
  listPlainTags,
  putContent,
  putManifest,
  readTag,
} from './index.js';

let registry: TestRegistry;
let count = 0;

beforeAll(async () => {
  // it takes what is not whole, which the others refuse
  registry = await startTestRegistry({ kind: 'go-containerregistry' });
});

afterAll(() => registry.close());

function fresh(): string {
  count += 1;
  return `content/n${count}`;
}

/** An index whose one image has an artifact and a signature; its layer is like no other's. */
function build(mark: string) {
  const content = new TestContent();
  const image = content.image([mark]);
  const root = content.index({ amd64: image });
  const artifact = content.artifact(image, `tested ${mark}`);
  const signature = content.signature(root, `signed ${mark}`);
  return { content, image, root, artifact, signature };
}

/** The same content without what does not pass. */
function without(content: TestContent, isLeftOut: (text: string) => boolean): TestContent {
  const rest = new TestContent();
  for (const bytes of content.blobs.values()) {
    if (!isLeftOut(bytes.toString())) rest.blob(bytes.toString());
  }
  for (const { bytes, descriptor, subject, tag } of content.manifests) {
    const belongs = {
      ...(subject === undefined ? {} : { subject }),
      ...(tag === undefined ? {} : { tag }),
    };
    const text = bytes.toString();
    if (!isLeftOut(text)) rest.manifest(text, descriptor.mediaType, belongs);
  }
  return rest;
}

describe('findDifferences', () => {
  test('finds none where all is there', async () => {
    const repository = fresh();
    const { content } = build(repository);

    await putContent(registry, repository, content);

    expect(await findDifferences(registry, repository, content)).toEqual([]);
  });

  test('finds a blob that is missing', async () => {
    const repository = fresh();
    const { content } = build(repository);
    const layer = content.blob(repository);
    await putContent(
      registry,
      repository,
      without(content, (text) => text === repository),
    );

    const found = await findDifferences(registry, repository, content);

    expect(found).toEqual([`blob ${layer.digest}: 404`]);
  });

  test('finds an artifact that is missing, and that it is not listed', async () => {
    const repository = fresh();
    const { content, artifact, image } = build(repository);
    await putContent(
      registry,
      repository,
      without(content, (text) => text.includes('subject')),
    );

    const found = await findDifferences(registry, repository, content);

    expect(found).toEqual([
      `manifest ${artifact.digest}: 404`,
      `manifest ${artifact.digest}: not listed as referring to ${image.digest}`,
    ]);
  });

  test('finds a tag that names something else', async () => {
    const repository = fresh();
    const { content, root, signature } = build(repository);
    await putContent(registry, repository, content);
    const tag = `${root.digest.replace(':', '-')}.sig`;
    const [other] = content.manifests;
    if (other !== undefined) await putManifest(registry, repository, other, tag);

    const found = await findDifferences(registry, repository, content);

    expect(found).toEqual([`tag ${tag}: not ${signature.digest}`]);
  });
});

test('findIncompleteTags finds what is missing below a tag, and no tag that is whole', async () => {
  const repository = fresh();
  const { content, root } = build(repository);
  await putContent(
    registry,
    repository,
    without(content, (text) => text === repository),
  );
  const index = content.manifests.find(({ descriptor }) => descriptor.digest === root.digest);
  if (index !== undefined) await putManifest(registry, repository, index, '1.0.0');

  const found = await findIncompleteTags(registry, repository);

  expect(await listPlainTags(registry, repository)).toHaveLength(3);
  expect(await readTag(registry, repository, '1.0.0')).toBe(root.digest);
  const layer = content.blob(repository);
  expect(found).toEqual([`1.0.0 is incomplete: blob ${layer.digest} is missing`]);
});
