import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDigest } from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import { emptyState, type Attempt, type LedgerState } from '@slipway/core/release';
import { createContextInMemory, type ContextInMemory } from '@slipway/testing/context-in-memory';
import { buildBundle, pushBundle, type RenderedBundle } from './bundle-artifact.js';
import { findRanJobs } from './ran-jobs.js';

const image = `memory.example.com/shop/catalog@sha256:${'a'.repeat(64)}`;
const deployment = object('apps/v1', 'Deployment', 'catalog');
const migrate = object('batch/v1', 'Job', 'migrate-11111111');
const other = object('batch/v1', 'Job', 'migrate-22222222');

let context: ContextInMemory;

beforeEach(async () => {
  context = await createContextInMemory();
});

function object(apiVersion: string, kind: string, name: string): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' } };
}

async function bundleOf(...objects: readonly KubernetesObject[]): Promise<RenderedBundle> {
  const config = {
    service: 'catalog',
    environment: 'test',
    namespace: 'shop',
    version: '1.0.0',
    images: [{ name: 'catalog', reference: image }],
    dependsOn: [],
    migration: 'none',
    verification: { soakMs: 0 },
    strategy: 'rolling',
  } as const;
  const bundle = await buildBundle(config, objects, []);
  await pushBundle(context.client, context.ledger.repository, bundle);
  return bundle;
}

function attempt(deploymentName: string, bundle: RenderedBundle, wasLive: boolean): Attempt {
  return {
    deployment: deploymentName,
    intent: 'deploy',
    bundle: bundle.digest,
    image,
    version: '1.0.0',
    outcome: wasLive ? 'verified' : 'failed',
    startedAt: '2026-01-01T00:00:00Z',
    ...(wasLive ? { liveSince: '2026-01-01T00:00:01Z' } : {}),
  };
}

function stateOf(live: RenderedBundle, ...before: readonly Attempt[]): LedgerState {
  return { ...emptyState, live: 'live', attempts: [attempt('live', live, true), ...before] };
}

describe('which Jobs have run here', () => {
  test('those of the live bundle, for one that has them too', async () => {
    await context.cluster.create(deployment);
    const live = await bundleOf(deployment, migrate);
    const next = await bundleOf(deployment, migrate, other);

    const ran = await findRanJobs(context, stateOf(live), next);

    expect([...ran]).toEqual(['batch/Job/shop/migrate-11111111']);
  });

  test('all of a bundle that was live before, and none of one that failed', async () => {
    await context.cluster.create(deployment);
    const live = await bundleOf(deployment);
    const next = await bundleOf(deployment, migrate);

    const [after, failed] = await Promise.all(
      [true, false].map((wasLive) =>
        findRanJobs(context, stateOf(live, attempt('before', next, wasLive)), next),
      ),
    );

    expect([after?.size, failed?.size]).toEqual([1, 0]);
  });

  test('those of what was available since and was left, and none of what came before', async () => {
    await context.cluster.create(deployment);
    const live = await bundleOf(deployment);
    const left = await bundleOf(deployment, migrate);
    const earlier = await bundleOf(deployment, other);
    const next = await bundleOf(deployment, migrate, other);
    const gone = { ...left, digest: parseDigest(`sha256:${'0'.repeat(64)}`, 'test') };
    const before = [
      attempt('gone', gone, true),
      attempt('left', left, true),
      attempt('first', live, true),
      attempt('earlier', earlier, true),
    ];

    const ran = await findRanJobs(context, stateOf(live, ...before), next);

    expect([...ran]).toEqual(['batch/Job/shop/migrate-11111111']);
  });

  test('those of a service that has no workload of its own, only a CronJob', async () => {
    const live = await bundleOf(object('batch/v1', 'CronJob', 'nightly'), migrate);

    const ran = await findRanJobs(context, stateOf(live), live);

    expect([...ran]).toEqual(['batch/Job/shop/migrate-11111111']);
  });

  test('none where nothing of the live bundle is left, or nothing was live', async () => {
    const live = await bundleOf(deployment, migrate);

    const emptied = await findRanJobs(context, stateOf(live), live);
    const first = await findRanJobs(context, emptyState, live);

    expect([emptied.size, first.size]).toEqual([0, 0]);
  });
});
