import { describe, expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError } from '@slipway/io/cluster';
import { createClusterInMemory, type ClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { systemClock } from '@slipway/io/clock';
import { applyObjects } from './apply.js';
import type { ApplyObjectsOptions } from './apply-options.js';

const clock = systemClock;
const namespace = 'shop';
const configMap: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'catalog', namespace },
  data: { color: 'blue' },
};
const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'catalog', namespace },
};
const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'catalog', namespace },
  spec: { replicas: 3 },
};
const all = [deployment, service, configMap];

const conflict = new ClusterError('apply-conflict', 'Deployment shop/catalog has fields', {
  status: 409,
  conflicts: [
    { manager: 'kubectl-edit', field: '.spec.replicas' },
    { manager: 'helm', field: '.spec.paused' },
  ],
});

function setStage(options: Partial<ApplyObjectsOptions> = {}) {
  const cluster = createClusterInMemory();
  const logger = createRecordingLogger();
  const signal = new AbortController().signal;
  const apply = (objects: readonly KubernetesObject[]) =>
    applyObjects(cluster, objects, {
      fieldManager: 'slipway-catalog',
      conflicts: 'fail',
      dryRun: false,
      clock,
      logger,
      signal,
      ...options,
    });
  return { cluster, logger, signal, apply };
}

/** Answers these requests with these errors. */
function refuse(cluster: ClusterInMemory, refusals: Readonly<Record<string, ClusterError>>): void {
  cluster.intercept = (request) => {
    const refusal = refusals[request];
    if (refusal !== undefined) throw refusal;
  };
}

function questionsAndWrites({ requests }: ClusterInMemory): readonly string[] {
  return requests.filter((request) => !/^(?:get|list) /.test(request));
}

function writes(cluster: ClusterInMemory): readonly string[] {
  return questionsAndWrites(cluster).filter((request) => !request.includes('dry run'));
}

async function failureOf(work: Promise<unknown>): Promise<ClusterError> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (!(thrown instanceof ClusterError)) throw new Error(`no ClusterError: ${String(thrown)}`);
  return thrown;
}

describe('applying', () => {
  test('each phase is checked before anything of it is written', async () => {
    const { cluster, apply } = setStage();

    await apply(all);

    expect(questionsAndWrites(cluster)).toEqual([
      'apply ConfigMap shop/catalog (dry run)',
      'apply ConfigMap shop/catalog',
      'apply Service shop/catalog (dry run)',
      'apply Service shop/catalog',
      'apply Deployment shop/catalog (dry run)',
      'apply Deployment shop/catalog',
    ]);
  });

  test('says what became of each object', async () => {
    const { apply, logger } = setStage();
    await apply([configMap, service]);

    const { applied } = await apply([
      { ...configMap, data: { color: 'red' } },
      service,
      deployment,
    ]);

    expect(applied).toEqual([
      { identity: identify(configMap), change: 'configured' },
      { identity: identify(service), change: 'unchanged' },
      { identity: identify(deployment), change: 'created' },
    ]);
    expect(logger.lines.slice(2)).toEqual([
      'configured: ConfigMap shop/catalog',
      'unchanged: Service shop/catalog',
      'created: Deployment shop/catalog',
    ]);
  });

  test('what is as it should be is not written again', async () => {
    const { apply, cluster } = setStage();
    await apply(all);
    const before = writes(cluster).length;

    await apply([deployment, service, { ...configMap, data: { color: 'red' } }]);

    expect(writes(cluster).slice(before)).toEqual(['apply ConfigMap shop/catalog']);
  });

  test('the same fields under another manager are written, to become ours', async () => {
    const { apply, cluster } = setStage();
    await cluster.apply(configMap, { fieldManager: 'kubectl' });

    const { applied } = await apply([configMap]);

    expect(applied.map(({ change }) => change)).toEqual(['unchanged']);
    expect(writes(cluster)).toHaveLength(2);
  });

  test('a phase is asked about eight at a time, and told in the order of its objects', async () => {
    const { apply, cluster, logger } = setStage();
    const many = Array.from({ length: 20 }, (_, index) => ({
      ...configMap,
      metadata: { name: `c-${String(index).padStart(2, '0')}`, namespace },
    }));
    let running = 0;
    let most = 0;
    cluster.intercept = async (request) => {
      most = Math.max(most, (running += 1));
      const turns = request.length % 3; // some take longer than others
      for (let turn = 0; turn <= turns; turn += 1) await Promise.resolve();
      running -= 1;
    };

    await apply(many);

    expect(most).toBe(8);
    expect(logger.lines).toEqual(
      many.map(({ metadata }) => `created: ConfigMap shop/${metadata.name}`),
    );
  });

  test('what was done before it ended in the middle is told', async () => {
    const { apply, cluster, logger } = setStage();
    refuse(cluster, {
      'apply ConfigMap shop/second': new ClusterError('cluster-unreachable', 'away'),
    });
    const second = { ...configMap, metadata: { name: 'second', namespace } };

    await expect(apply([configMap, second])).rejects.toThrow('away');

    expect(logger.lines).toEqual(['created: ConfigMap shop/catalog']);
  });

  test('what is being deleted takes nothing', async () => {
    const { apply, cluster } = setStage();
    const leaving = {
      ...configMap,
      metadata: {
        ...configMap.metadata,
        deletionTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['example.com/cleanup'],
      },
    };
    await cluster.create(leaving);

    const error = await failureOf(apply([configMap]));

    expect(error.message).toBe(
      'nothing of the phase configuration was written: ConfigMap shop/catalog is being deleted, and waits for its finalizers example.com/cleanup',
    );
    expect(writes(cluster)).toEqual(['create ConfigMap shop/catalog']);
  });

  test('a dry run says the same and writes nothing', async () => {
    const { apply, cluster, logger } = setStage({ dryRun: true });

    const { applied } = await apply([configMap]);

    expect(applied).toEqual([{ identity: identify(configMap), change: 'created' }]);
    expect(writes(cluster)).toEqual([]);
    expect(logger.lines).toEqual(['created (dry run): ConfigMap shop/catalog']);
  });

  test('a dry run does not stop at a namespace that would have been made', async () => {
    const { apply, cluster } = setStage({ dryRun: true });
    refuse(cluster, {
      'apply ConfigMap shop/catalog (dry run)': new ClusterError(
        'cluster-refused',
        'the cluster refused: namespaces "shop" not found',
        { status: 404 },
      ),
    });

    const { applied } = await apply([configMap]);

    expect(applied).toEqual([{ identity: identify(configMap), change: 'created' }]);
  });

  test('nothing more is written once nothing may be', async () => {
    const controller = new AbortController();
    const { apply, cluster } = setStage({ signal: controller.signal });
    cluster.intercept = (request) => {
      if (request === 'apply ConfigMap shop/catalog') controller.abort(new Error('lost'));
    };

    await expect(apply(all)).rejects.toThrow('lost');

    expect(writes(cluster)).toEqual(['apply ConfigMap shop/catalog']);
  });
});

describe('what the server does not accept', () => {
  test('all of a phase at once, and nothing of it is written', async () => {
    const { apply, cluster } = setStage();
    const other = { ...deployment, metadata: { name: 'worker', namespace } };
    refuse(cluster, {
      'apply Deployment shop/catalog (dry run)': conflict,
      'apply Deployment shop/worker (dry run)': new ClusterError(
        'cluster-refused',
        'the cluster refused to apply Deployment shop/worker: spec.selector: field is immutable',
        { status: 422, reason: 'Invalid' },
      ),
    });

    const error = await failureOf(apply([deployment, other, configMap]));

    expect(writes(cluster)).toEqual(['apply ConfigMap shop/catalog']);
    expect([error.code, error.status]).toEqual(['cluster-refused', 422]);
    expect(error.message).toBe(
      '2 of 2 objects of the phase workloads are refused, none was written: Deployment shop/catalog has fields; the cluster refused to apply Deployment shop/worker: spec.selector: field is immutable',
    );
    expect(error.problems).toEqual([
      {
        subject: 'Deployment shop/catalog',
        given: '.spec.replicas belongs to kubectl-edit, .spec.paused belongs to helm',
        expected: 'fields that no other field manager owns',
        fix: 'Take the fields over with conflicts: take, or remove them from the manifests.',
      },
      {
        subject: 'Deployment shop/worker',
        given:
          'the cluster refused to apply Deployment shop/worker: spec.selector: field is immutable',
        expected: 'an object that the cluster accepts',
        fix: 'Give the object another name, or delete it first: what it has cannot be changed.',
      },
    ]);
  });

  test('a right that is missing is told as that', async () => {
    const { apply, cluster } = setStage();
    refuse(cluster, {
      'apply ConfigMap shop/catalog (dry run)': new ClusterError('cluster-denied', 'not allowed', {
        status: 403,
        fix: 'Grant it.',
      }),
    });

    const error = await failureOf(apply(all));

    expect([error.code, error.message, error.fix]).toEqual([
      'cluster-denied',
      'nothing of the phase configuration was written: not allowed',
      'Grant it.',
    ]);
  });
});

describe('conflicts', () => {
  test('fail names managers and fields, and the two ways out', async () => {
    const { apply, cluster } = setStage();
    refuse(cluster, { 'apply Deployment shop/catalog (dry run)': conflict });

    const error = await failureOf(apply([deployment]));

    expect(error.code).toBe('apply-conflict');
    expect(error.conflicts).toEqual(conflict.conflicts);
    expect(error.fix).toBe(
      'Take the fields over with conflicts: take, or remove them from the manifests.',
    );
  });

  test('take forces that object only, and prints what it takes', async () => {
    const { apply, cluster, logger } = setStage({ conflicts: 'take' });
    refuse(cluster, { 'apply Deployment shop/catalog (dry run)': conflict });

    await apply([deployment, configMap]);

    expect(writes(cluster)).toEqual([
      'apply ConfigMap shop/catalog',
      'apply Deployment shop/catalog (forced)',
    ]);
    expect(logger.lines).toContain(
      '[warning] Deployment shop/catalog: taking over .spec.replicas (kubectl-edit), .spec.paused (helm)',
    );
  });
});

describe('replicas', () => {
  const scaler: KubernetesObject = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'catalog', namespace },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'catalog' } },
  };
  const scaled = new ClusterError('apply-conflict', 'Deployment shop/catalog has fields', {
    status: 409,
    conflicts: [{ manager: 'kube-controller-manager', field: '.spec.replicas' }],
  });

  test('that an autoscaler set since they were looked at are not asked for', async () => {
    const { apply, cluster } = setStage();
    await cluster.create(scaler);
    let isFirst = true;
    cluster.intercept = (request) => {
      if (request !== 'apply Deployment shop/catalog' || !isFirst) return;
      isFirst = false;
      throw scaled;
    };

    await apply([deployment]);

    expect((await cluster.get(identify(deployment)))?.['spec']).toEqual({});
  });

  test('that an autoscaler left behind are taken; those that a person set are not', async () => {
    const byPerson = new ClusterError('apply-conflict', 'Deployment shop/catalog has fields', {
      status: 409,
      conflicts: [{ manager: 'kubectl-scale', field: '.spec.replicas' }],
    });
    const [left, kept] = [setStage(), setStage()];
    refuse(left.cluster, { 'apply Deployment shop/catalog (dry run)': scaled });
    refuse(kept.cluster, { 'apply Deployment shop/catalog (dry run)': byPerson });

    await left.apply([deployment]);
    const error = await failureOf(kept.apply([deployment]));

    expect(writes(left.cluster)).toEqual(['apply Deployment shop/catalog (forced)']);
    expect(error.code).toBe('apply-conflict');
  });
});
