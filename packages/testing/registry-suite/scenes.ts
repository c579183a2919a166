import type { Descriptor } from '@slipway/io/registry';
import { TestContent } from '../content/index.js';

/** Of the layer that the platforms of a scene share. */
export const largeBytes = 100_000;

/** Content and what of it is pushed or copied. */
export interface Scene {
  readonly content: TestContent;
  readonly root: Descriptor;
}

/** An index of two platforms that share a layer, with an artifact on each level, and on one of them another. */
export function buildScene(mark: string): Scene {
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

/** An image of one platform, like no other. */
export function buildImage(mark: string): Scene {
  const content = new TestContent();
  return { content, root: content.image([`only ${mark}`]) };
}
