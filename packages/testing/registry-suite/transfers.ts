import { expect, test } from '@jest/globals';
import { parseTag } from '@slipway/core/image-ref';
import { findDifferences, findIncompleteTags, putContent, readTag } from '../content/index.js';
import type { ProfileTraits } from '../registry-profiles/index.js';
import { buildScene, largeBytes } from './scenes.js';
import { isBlob, isWrite, type SuiteStage } from './suite-stage.js';

const version = parseTag('1.4.0');
const latest = parseTag('latest');

/** Images come and go, whole, and nothing twice. */
export function testTransfers(stage: () => SuiteStage, traits: ProfileTraits): void {
  test('what was pushed is there, to the byte', async () => {
    const scene = buildScene('push');
    const { path, here: repository } = stage().fresh();

    await stage().push(scene, repository, { tags: [version, latest] });

    expect(await findDifferences(stage().here.behind, path, scene.content)).toEqual([]);
    expect(await readTag(stage().here.behind, path, version)).toBe(scene.root.digest);
    expect(await readTag(stage().here.behind, path, latest)).toBe(scene.root.digest);
    expect(await findIncompleteTags(stage().here.behind, path)).toEqual([]);
  });

  test('a layer of several platforms is sent once', async () => {
    const { here: repository } = stage().fresh();
    const scene = buildScene('shared');

    const asked = await stage().recordsOf(() => stage().push(scene, repository));

    // One that the registry refuses for being too much is sent again.
    const taken = asked.filter(
      ({ bytesIn, status }) => bytesIn === largeBytes && status !== undefined && status < 300,
    );
    expect(taken).toHaveLength(1);
  });

  test('a second push sends nothing', async () => {
    const scene = buildScene('twice');
    const { here: repository } = stage().fresh();
    await stage().push(scene, repository, { tags: [version] });

    const asked = await stage().recordsOf(() =>
      stage().push(scene, repository, { tags: [version] }),
    );

    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a dry run sends nothing', async () => {
    const { here: repository } = stage().fresh();
    const dry = { tags: [version], isDryRun: true };

    const asked = await stage().recordsOf(() => stage().push(buildScene('dry'), repository, dry));

    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a copy to another repository is whole', async () => {
    const scene = buildScene('within');
    const [from, to] = [stage().fresh(), stage().fresh()];
    await putContent(stage().here.behind, from.path, scene.content);

    const asked = await stage().recordsOf(() => stage().copy(scene, from.here, to.here));

    expect(await findDifferences(stage().here.behind, to.path, scene.content)).toEqual([]);
    const read = asked.filter((each) => isBlob(each) && each.method === 'GET');
    const sent = asked.filter((each) => isBlob(each) && each.bytesIn > 0);
    if (traits.mounts) expect([...read, ...sent]).toEqual([]);
  });

  test('a copy from another registry is whole, and a second sends nothing', async () => {
    const scene = buildScene('in');
    const { path, here: to, there: from } = stage().fresh();
    await putContent(stage().elsewhere, path, scene.content);

    await stage().copy(scene, from, to);
    const asked = await stage().recordsOf(() => stage().copy(scene, from, to));

    expect(await findDifferences(stage().here.behind, path, scene.content)).toEqual([]);
    expect(asked.filter(isWrite)).toEqual([]);
  });

  test('a copy to another registry is whole', async () => {
    const scene = buildScene('out');
    const { path, here: from, there: to } = stage().fresh();
    await putContent(stage().here.behind, path, scene.content);

    await stage().copy(scene, from, to);

    expect(await findDifferences(stage().elsewhere, path, scene.content)).toEqual([]);
  });
}
