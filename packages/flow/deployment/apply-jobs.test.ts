import { describe, expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { applyObjects } from './apply.js';
import type { ApplyObjectsOptions } from './apply-options.js';
import { formatObjectKey } from './object-key.js';

const job: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate-5f0c2a91', namespace: 'shop' },
  spec: { backoffLimit: 0 },
};
const ended = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });
const ran = new Set([formatObjectKey(identify(job))]);

function setStage(options: Partial<ApplyObjectsOptions> = {}) {
  const cluster = createClusterInMemory();
  const logger = createRecordingLogger();
  const { signal } = new AbortController();
  const common = {
    fieldManager: 'slipway-catalog',
    conflicts: 'fail',
    dryRun: false,
    ...{ clock: systemClock, logger, signal },
  } as const;
  const apply = () => applyObjects(cluster, [job], { ...common, ...options });
  const writes = () => cluster.requests.filter((request) => !/^get|dry run/.test(request));
  return { cluster, logger, apply, writes };
}

describe('a Job', () => {
  test('that has run and cleaned itself up is not made again', async () => {
    const { apply, logger, writes } = setStage({ ran });

    const { applied } = await apply();

    expect(applied).toEqual([{ identity: identify(job), change: 'unchanged', hasRun: true }]);
    expect(logger.lines).toEqual(['unchanged (it has run): Job shop/migrate-5f0c2a91']);
    expect(writes()).toEqual([]);
  });

  test('that nobody knows to have run is made', async () => {
    const { apply, writes } = setStage({ ran: new Set() });

    await apply();

    expect(writes()).toEqual(['apply Job shop/migrate-5f0c2a91']);
  });

  test('that failed is made anew', async () => {
    const { apply, cluster, writes } = setStage({ ran });
    await cluster.create({ ...job, ...ended('Failed') });

    const { applied } = await apply();

    expect(applied).toEqual([{ identity: identify(job), change: 'configured' }]);
    expect(writes().slice(1)).toEqual([
      'delete Job shop/migrate-5f0c2a91',
      'apply Job shop/migrate-5f0c2a91',
    ]);
  });

  test('that is complete is made anew only where it belongs to every deployment', async () => {
    const once = setStage();
    const always = setStage({ isRunAnew: true });

    const deleted = await Promise.all(
      [once, always].map(async ({ apply, cluster, writes }) => {
        await cluster.create({ ...job, ...ended('Complete') });
        await apply();
        return writes().filter((request) => request.startsWith('delete'));
      }),
    );

    expect(deleted).toEqual([[], ['delete Job shop/migrate-5f0c2a91']]);
  });
});
