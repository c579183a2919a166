import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';
import { deploy, planDeploy } from './deploy.js';
import type { ObjectDiff } from './object-diff.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('diff');
}, 600_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

const config = (name: string, size: string): string =>
  `---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} }, data: { size: "${size}" } }\n`;

test('a deployment tells what it changes, object by object, and nothing that the server fills in', async () => {
  const service = openService(stage, 'told');
  const differences: ObjectDiff[] = [];
  const tellDifference = (difference: ObjectDiff): number => differences.push(difference);
  const list = (): readonly string[] =>
    differences.splice(0).map(({ change, object }) => `${change} ${object}`);
  const place = stage.namespace;
  const extra = config('told-a', '1') + config('told-b', '1');
  const first = { ...(await service.request('1.0.0', 'serve', { extra })), tellDifference };

  await deploy(service.context, first);
  const added = list();
  await deploy(service.context, first);
  const unchanged = list();
  const next = await service.request('1.1.0', 'serve', { extra: config('told-a', '2') });
  const second = { ...next, tellDifference };
  await planDeploy(service.context, second);
  const planned = list();
  await deploy(service.context, second);

  expect(added).toEqual([
    `added ConfigMap ${place}/told-a`,
    `added ConfigMap ${place}/told-b`,
    `added Service ${place}/told`,
    `added Deployment ${place}/told`,
  ]);
  expect(unchanged).toEqual([]);
  const changed = [
    `changed ConfigMap ${place}/told-a`,
    `changed Deployment ${place}/told`,
    `removed ConfigMap ${place}/told-b`,
  ];
  expect(planned).toEqual(changed);
  const [settings, workload] = differences;
  expect(list()).toEqual(changed);
  expect(settings?.patch).toContain(`-  size: '1'\n+  size: '2'\n`);
  const lines = workload?.patch.split('\n').filter((line) => /^[-+](?![-+])/.test(line)) ?? [];
  expect(lines.map((line) => line.replace(/@sha256:.*/, ''))).toEqual([
    expect.stringMatching(/^- +(?:- )?image: /),
    expect.stringMatching(/^\+ +(?:- )?image: /),
  ]);
  expect(workload?.patch).not.toMatch(
    /terminationMessagePath|imagePullPolicy|managedFields|status:/,
  );
});
