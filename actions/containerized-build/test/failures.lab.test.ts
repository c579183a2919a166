import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openLab, type Lab } from '@slipway/lab/parts';
import { buildFailures, tryBuildFailure } from '@slipway/testing/build-failures';
import { openEngineAccess, type RunnerEngine } from '@slipway/testing/step';

/** One of each kind; `npm run reliability -- build` tries all of them on every engine. */
const sample: readonly (readonly [RunnerEngine, string])[] = [
  ['docker', 'a daemon that goes while commands run'],
  ['docker', 'a cancellation of a build'],
  ['docker', 'a port that is taken'],
  ['classic', 'a daemon that goes while it saves'],
  ['podman', 'a cancellation of a test'],
  ['podman', 'no space in the folder of the layout'],
  ['buildah', 'a Dockerfile that is none'],
  ['buildah', 'a failing test that its exit code hides'],
];

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(async () => {
  await lab.close();
});

test.each(sample)('%s: %s', async (engine, name) => {
  const failure = buildFailures.find((each) => each.name === name);
  if (failure === undefined) throw new Error(`there is no failure “${name}”`);
  const access = await openEngineAccess(lab, engine);
  try {
    expect(await tryBuildFailure(failure, engine, access)).toEqual([]);
  } finally {
    await access.close();
  }
});
