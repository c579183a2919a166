import { expect, test } from '@jest/globals';
import { Secret } from '@slipway/core/secret';
import { createRecordingLogger } from '@slipway/testing/logger';
import { fetchPolicy } from './index.js';

type Fetching = Parameters<typeof fetchPolicy>[0];

const local = {
  require: [],
  levels: { patch: { require: [] }, minor: { require: [] }, major: { require: [] } },
  freezes: [],
} as const;
const source = { file: '.github/slipway.yml', local, token: Secret.of('t') };

const refuse = (): Promise<never> => Promise.reject(new Error('nobody asked'));

/** @param files of the default branch */
function inWorkflow(repository: string, files: Readonly<Record<string, string>>): Fetching {
  return {
    run: { repository, runId: '42', attempt: 1, url: '', actor: 'ada' },
    logger: createRecordingLogger(),
    openGitHub: () => ({
      fetchFile: (path) => Promise.resolve(files[path]),
      fetchEnvironment: refuse,
      listApprovals: refuse,
      createDeployment: refuse,
      listDeployments: refuse,
      addDeploymentStatus: refuse,
      listDeploymentStatuses: refuse,
      fetchRelease: refuse,
      createRelease: refuse,
    }),
  };
}

test('in a workflow the policy is that of the default branch, whatever was checked out', async () => {
  const text = 'apiVersion: slipway/v1\npolicy: { require: [integration] }\n';

  const policy = await fetchPolicy(inWorkflow('shop/orders', { [source.file]: text }), source);

  expect(policy?.require).toEqual(['integration']);
});

test('on a laptop it is the file', async () => {
  expect(await fetchPolicy(inWorkflow('laptop:mine', {}), source)).toBe(local);
});

test('a default branch without the file blocks', async () => {
  await expect(fetchPolicy(inWorkflow('shop/orders', {}), source)).rejects.toMatchObject({
    code: 'policy-blocked',
    message:
      'the default branch of shop/orders has no .github/slipway.yml, where the policy is read',
  });
});

test('a policy of the default branch that cannot be read is told as that', async () => {
  const files = { [source.file]: 'apiVersion: slipway/v1\npolicy: { require: [luck] }\n' };

  await expect(fetchPolicy(inWorkflow('shop/orders', files), source)).rejects.toMatchObject({
    code: 'invalid-input',
    problems: [{ subject: '.github/slipway.yml of the default branch: policy.require' }],
  });
});
