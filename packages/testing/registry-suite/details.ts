import { expect, test } from '@jest/globals';
import { TestContent, findDifferences, oddManifests, putContent } from '../content/index.js';
import { buildImage } from './scenes.js';
import type { SuiteStage } from './suite-stage.js';

/** What is easily lost on the way, or changed. */
export function testDetails(stage: () => SuiteStage): void {
  test('signatures that cosign keeps under tags go along', async () => {
    const scene = buildImage('signed');
    scene.content.signature(scene.root, 'a signature');
    const { path, here: to, there: from } = stage().fresh();
    await putContent(stage().elsewhere, path, scene.content);

    await stage().copy(scene, from, to);

    expect(await findDifferences(stage().here.behind, path, scene.content)).toEqual([]);
  });

  test.each(oddManifests)('%s arrives to the byte', async (_name, mediaType, write) => {
    const { path, here: to, there: from } = stage().fresh();
    const content = new TestContent();
    const root = content.manifest(write(content, path), mediaType);
    await putContent(stage().elsewhere, path, content);

    await stage().copy({ content, root }, from, to);

    expect(await findDifferences(stage().here.behind, path, content)).toEqual([]);
  });
}
