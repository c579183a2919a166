import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyState, foldEvent, type LedgerState } from '@slipway/core/release';
import { Secret } from '@slipway/core/secret';
import { openGitHub } from '@slipway/io/github';
import { startGitHub, type GitHubStandIn, type RepositoryStandIn } from '@slipway/lab/github';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { draft, good, type Step } from '@slipway/testing/release';
import { openMirror, type Mirror, type MirrorOptions } from './index.js';

const head = 'a'.repeat(40);
const older = 'b'.repeat(40);
let standIn: GitHubStandIn;
let repository: RepositoryStandIn;
let logger: RecordingLogger;

beforeEach(async () => {
  standIn = await startGitHub();
  repository = standIn.repository('shop', 'orders');
  repository.addCommit(head);
  logger = createRecordingLogger();
});

afterEach(async () => {
  await standIn.close();
});

interface Settings extends Partial<Pick<MirrorOptions, 'service' | 'findCommit'>> {
  readonly runId?: string;
  readonly token?: string;
}

function open({ runId = '7', token = standIn.token, ...more }: Settings = {}): Mirror {
  const secret = Secret.of(token);
  const { apiUrl } = standIn;
  return openMirror({
    github: openGitHub({ token: secret, apiUrl, repository: 'shop/orders', logger }),
    logger,
    service: 'orders',
    environment: 'production',
    isProduction: true,
    run: { runId, url: `https://github.com/shop/orders/actions/runs/${runId}` },
    commit: head,
    findCommit: () => Promise.resolve(undefined),
    ...more,
  });
}

/** Shows what some events say, after others that this mirror never saw. */
async function show(
  mirror: Mirror,
  steps: readonly Step[],
  before: LedgerState = emptyState,
): Promise<LedgerState> {
  let state = before;
  for (const step of steps) {
    const event = draft(step);
    mirror.show(event, state);
    const next = foldEvent(state, event);
    if (typeof next === 'string') throw new Error(next);
    state = next;
  }
  await mirror.close();
  return state;
}

/** The newest status of each deployment, oldest deployment first. */
function statuses(): readonly string[] {
  return repository.deployments
    .map(({ statuses: [newest] }) => `${newest?.state ?? 'none'}: ${newest?.description ?? ''}`)
    .toReversed();
}

describe('the mirror on GitHub', () => {
  test('a deployment with its payload: nothing is merged, no check is waited for', async () => {
    await show(open(), good(1, '1.0.0', 0));

    expect(repository.deployments).toHaveLength(1);
    expect(repository.deployments[0]?.deployment).toMatchObject({
      ref: head,
      task: 'deploy',
      environment: 'production',
      production_environment: true,
      description: 'orders 1.0.0',
      payload: { slipway: { service: 'orders', deployment: 'test.00000001', version: '1.0.0' } },
    });
    expect(repository.deployments[0]?.statuses.map(({ state }) => state)).toEqual([
      'success',
      'success',
      'in_progress',
    ]);
    expect(statuses()).toEqual(['success: orders (test.00000001): 1.0.0 is known good']);
  });

  test('what is live no longer is set inactive, also by another run, and of this service only', async () => {
    const state = await show(open(), good(1, '1.0.0', 0));
    await show(open({ service: 'prices' }), good(1, '5.0.0', 0));

    await show(open({ runId: '8' }), good(5, '1.1.0', 10), state);

    expect(statuses()).toEqual([
      'inactive: orders (test.00000001): 1.1.0 took its place',
      'success: prices (test.00000001): 5.0.0 is known good',
      'success: orders (test.00000005): 1.1.0 is known good',
    ]);
  });

  test('a failure says why, in 140 characters', async () => {
    const mirror = open();
    const started = await show(mirror, [['started', 1, '1.0.0']]);
    const cause = { code: 'crash-loop', message: 'x'.repeat(300) };
    mirror.show({ ...draft(['failed', 1, '1.0.0']), cause }, started);
    await mirror.close();

    const [status] = repository.deployments[0]?.statuses ?? [];
    expect(status?.state).toBe('failure');
    expect(status?.description).toMatch(
      /^orders \(test\.00000001\): 1\.0\.0 failed: crash-loop: x+…$/,
    );
    expect(status?.description).toHaveLength(140);
  });

  test('the deployment that GitHub made for the job is used, and found again later', async () => {
    repository.startJob('production', head, 'https://github.com/shop/orders/actions/runs/70');
    repository.startJob('production', head, 'https://github.com/shop/orders/actions/runs/7');

    const state = await show(open(), good(1, '1.0.0', 0));
    await show(open({ runId: '9' }), good(5, '1.1.0', 10), state);

    expect(repository.deployments).toHaveLength(3);
    expect(statuses()).toEqual([
      'in_progress: ',
      'inactive: orders (test.00000001): 1.1.0 took its place',
      'success: orders (test.00000005): 1.1.0 is known good',
    ]);
  });

  test('the commit of the bundle, where the repository has it', async () => {
    repository.addCommit(older);
    await show(open({ findCommit: () => Promise.resolve(older) }), [['started', 1, '1.0.0']]);
    const foreign = 'c'.repeat(40);
    await show(open({ findCommit: () => Promise.resolve(foreign) }), [['started', 1, '1.0.0']]);

    expect(repository.deployments.map(({ deployment }) => deployment.ref)).toEqual([head, older]);
  });

  test('without the permission it says so once, and asks no more', async () => {
    await show(open({ token: standIn.weakToken }), good(1, '1.0.0', 0));

    const told = logger.lines.filter((line) => line.includes('GitHub does not show'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('it answered with 403');
    expect(standIn.requests).toHaveLength(1);
  });

  test('a hold is no deployment', async () => {
    const mirror = open();
    mirror.show({ kind: 'hold', reason: 'black friday' }, emptyState);
    await mirror.close();

    expect(standIn.requests).toEqual([]);
  });
});
