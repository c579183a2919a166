import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { identify } from '@slipway/core/manifest';
import { baseScene, deployment, ended, pod, running } from '@slipway/testing/rollout';
import { describeSilence } from './describe-silence.js';

const failure = new SlipwayError('soak-failed', 'it restarted', { fix: 'look' });
const workloads = [identify(deployment())];
const well = pod({ name: 'well', container: { ready: true, state: running(1) } });
const restarted = pod({
  name: 'restarted',
  container: { ready: true, restarts: 1, state: running(9), last: ended(5, [1, 8]) },
});

test.each([
  ['that was restarted', [well, restarted], 'restarted'],
  ['first, where all are well', [well], 'well'],
])('a failure that no object tells of is looked for in the container %s', (_name, pods, name) => {
  const snapshot = { workloads, objects: [...baseScene(), ...pods] };

  const finding = describeSilence(snapshot, failure, 'SoakFailed');

  expect(finding).toMatchObject({ code: 'soak-failed', pod: name, container: 'catalog' });
});

test('and nowhere, where there is no pod', () => {
  const finding = describeSilence({ workloads, objects: baseScene() }, failure, 'SoakFailed');

  expect(finding).toBeUndefined();
});
