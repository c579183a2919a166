import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../clock/index.js';
import { runCommand } from '../command/index.js';
import { openLab, type Lab } from '@slipway/lab/parts';
import { createRecordingLogger } from '@slipway/testing/logger';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterError, openCluster, type Cluster, type ClusterOptions } from './index.js';

const namespace = `cluster-${randomBytes(4).toString('hex')}`;
const type = { apiVersion: 'v1', kind: 'ConfigMap' };

let lab: Lab;
let cluster: Cluster;
let options: ClusterOptions;
let folder: string;

beforeAll(async () => {
  lab = await openLab();
  const { kubeconfig, context } = await lab.cluster('test');
  options = {
    kubeconfig,
    context,
    kubectl: await lab.program('kubectl'),
    logger: createRecordingLogger(),
    clock: systemClock,
    signal: new AbortController().signal,
  };
  cluster = await openCluster(options);
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
}, 1_500_000);

afterAll(async () => {
  await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  await cluster.close();
  await rm(folder, { recursive: true });
  await lab.close();
}, 60_000);

function configMap(name: string, data: Readonly<Record<string, string>> = {}) {
  return { ...type, metadata: { name, namespace }, data };
}

async function failureOf(work: Promise<unknown>): Promise<ClusterError> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (!(thrown instanceof ClusterError)) throw new Error(`no ClusterError: ${String(thrown)}`);
  return thrown;
}

/** The same cluster, with another server or another user. */
async function writeKubeconfig(name: string, server: string, user: unknown): Promise<string> {
  const path = join(folder, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'other',
    contexts: [{ name: 'other', context: { cluster: 'other', user: 'other' } }],
    clusters: [{ name: 'other', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'other', user }],
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

describe('opening', () => {
  test('a context that is not there lists those that are', async () => {
    const opening = openCluster({ ...options, context: 'nowhere' });

    await expect(opening).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [
        {
          subject: 'context',
          given: 'nowhere',
          expected: `one of the contexts of the kubeconfig: ${cluster.context}`,
          fix: 'Set the input context to one of them.',
        },
      ],
    });
  });

  test('a server that is not there is named with the cause', async () => {
    const kubeconfig = await writeKubeconfig('away', 'https://127.0.0.1:1', { token: 'x' });

    const error = await failureOf(openCluster({ ...options, kubeconfig, context: 'other' }));

    expect(error.code).toBe('cluster-unreachable');
    expect(error.message).toBe('the cluster other (https://127.0.0.1:1) cannot be reached');
    expect(error.cause).toEqual(new Error('dial tcp 127.0.0.1:1: connect: connection refused'));
  }, 30_000);

  test('credentials that are not accepted', async () => {
    const kubeconfig = await writeKubeconfig('expired', cluster.server, { token: 'expired' });

    const error = await failureOf(openCluster({ ...options, kubeconfig, context: 'other' }));

    expect([error.code, error.status]).toEqual(['cluster-denied', 401]);
    expect(error.fix).toBe('Renew the credentials of context other in the kubeconfig.');
  });

  test('a program for credentials that fails', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-credential-helper',
      interactiveMode: 'Never',
    };
    const kubeconfig = await writeKubeconfig('exec', cluster.server, { exec });

    const error = await failureOf(openCluster({ ...options, kubeconfig, context: 'other' }));

    expect(error.code).toBe('cluster-denied');
    expect(error.message).toBe(
      `there are no credentials for the cluster other (${cluster.server})`,
    );
  });
});

test('a right that is missing is named', async () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci', namespace } };
  await cluster.create(account);
  const { stdout } = await runCommand([
    options.kubectl ?? 'kubectl',
    `--kubeconfig=${options.kubeconfig ?? ''}`,
    `--namespace=${namespace}`,
    'create',
    'token',
    'ci',
  ]);
  const kubeconfig = await writeKubeconfig('ci', cluster.server, { token: stdout.trim() });
  const limited = await openCluster({ ...options, kubeconfig, context: 'other' });

  const error = await failureOf(limited.apply(configMap('a'), { fieldManager: 'slipway' }));

  await limited.close();
  expect([error.code, error.status]).toEqual(['cluster-denied', 403]);
  expect(error.fix).toBe(
    `Grant a Role in namespace ${namespace} with {apiGroups: [""], resources: ["configmaps"], verbs: ["patch"]}.`,
  );
});

describe('objects', () => {
  test('are applied, read, replaced by version, and deleted', async () => {
    const identity = { ...type, name: 'life', namespace };

    const applied = await cluster.apply(configMap('life', { a: '1' }), { fieldManager: 'slipway' });
    const replaced = await cluster.replace({ ...applied, data: { a: '2' } });
    const stale = await failureOf(cluster.replace({ ...applied, data: { a: '3' } }));
    const found = await cluster.get(identity);
    const isOther = await cluster.remove(identity, { uid: 'another' });
    const isRemoved = await cluster.remove(identity);

    expect(stale.status).toBe(409);
    expect(found).toEqual(replaced);
    expect([isOther, isRemoved]).toEqual([false, true]);
    expect(await cluster.get(identity)).toBeUndefined();
  });

  test('a dry run stores nothing', async () => {
    await cluster.apply(configMap('dry'), { fieldManager: 'slipway', dryRun: true });
    await cluster.create(configMap('dry'), { dryRun: true });

    expect(await cluster.get({ ...type, name: 'dry', namespace })).toBeUndefined();
  });

  test('of the whole cluster lose a namespace that was filled in for them', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `${namespace}-any`, namespace },
      rules: [],
    };

    const applied = await cluster.apply(role, { fieldManager: 'test', dryRun: true });

    expect(applied.metadata.namespace).toBeUndefined();
  });

  test('what is made anew in a dry run is judged before it is found to be there', async () => {
    await cluster.create(configMap('there'));
    const misspelt = { ...configMap('there'), dota: {} };

    const exists = await failureOf(cluster.create(configMap('there'), { dryRun: true }));
    const refused = await failureOf(cluster.create(misspelt, { dryRun: true }));

    expect([exists.status, exists.reason]).toEqual([409, 'AlreadyExists']);
    expect(refused.message).toContain('unknown field "dota"');
  });

  test('are patched by steps, all or none, and not when they changed meanwhile', async () => {
    const identity = { ...type, name: 'patched', namespace };
    const { metadata } = await cluster.create(configMap('patched', { a: '1' }));
    const version = { op: 'replace', path: '/metadata/resourceVersion' } as const;
    const add = { op: 'add', path: '/data/b', value: '2' } as const;
    const remove = { op: 'remove', path: '/data/c' } as const;
    const isSame = { ...version, value: metadata.resourceVersion };
    const options = { fieldManager: 'slipway' };

    const half = await failureOf(cluster.patch(identity, [isSame, add, remove], options));
    const patched = await cluster.patch(identity, [isSame, add], options);
    const stale = await failureOf(cluster.patch(identity, [isSame, add], options));

    expect([half.status, stale.status]).toEqual([422, 409]);
    expect(patched['data']).toEqual({ a: '1', b: '2' });
  });

  test('a field that somebody else owns is a conflict, unless it is taken', async () => {
    await cluster.apply(configMap('owned', { a: '1' }), { fieldManager: 'kubectl-edit' });

    const error = await failureOf(
      cluster.apply(configMap('owned', { a: '2' }), { fieldManager: 'slipway' }),
    );
    const taken = await cluster.apply(configMap('owned', { a: '2' }), {
      fieldManager: 'slipway',
      force: true,
    });

    expect(error.code).toBe('apply-conflict');
    expect(error.conflicts).toEqual([{ manager: 'kubectl-edit', field: '.data.a' }]);
    expect(taken['data']).toEqual({ a: '2' });
  });

  test('a field that does not exist is refused', async () => {
    const misspelt = { ...configMap('misspelt'), dota: {} };

    const error = await failureOf(cluster.apply(misspelt, { fieldManager: 'slipway' }));

    expect(error.code).toBe('cluster-refused');
    expect(error.message).toContain('.dota: field not declared in schema');
  });

  test('are watched from where the list ended', async () => {
    const controller = new AbortController();
    const { resourceVersion, items } = await cluster.list(type, { namespace });
    const seen: string[] = [];

    await cluster.apply(configMap('watched'), { fieldManager: 'slipway' });
    await cluster.remove({ ...type, name: 'watched', namespace });
    for await (const event of cluster.watch(type, {
      namespace,
      resourceVersion,
      signal: controller.signal,
    })) {
      if (event.type !== 'bookmark') seen.push(`${event.type} ${event.object.metadata.name}`);
      if (event.type === 'deleted') controller.abort();
    }

    expect(items.every((item) => item.kind === 'ConfigMap')).toBe(true);
    expect(seen).toEqual(['added watched', 'deleted watched']);
  });

  test('what the API knows of kinds', async () => {
    expect(await cluster.isNamespaced({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBe(true);
    expect(await cluster.isNamespaced({ apiVersion: 'v1', kind: 'Namespace' })).toBe(false);
    expect(await cluster.isNamespaced({ apiVersion: 'none/v1', kind: 'Thing' })).toBeUndefined();
  });
});

test('a Service that nobody stands behind answers 503', async () => {
  await cluster.apply(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'nobody', namespace },
      spec: { selector: { app: 'nobody' }, ports: [{ name: 'http', port: 80 }] },
    },
    { fieldManager: 'slipway' },
  );
  const request = { namespace, service: 'nobody', port: 'http', path: '/', timeoutMs: 5000 };

  // the API server learns of a new Service a moment later than it stores it
  let answer = await cluster.requestService(request).catch(() => undefined);
  for (let turn = 0; turn < 50 && answer === undefined; turn += 1) {
    await systemClock.sleep(100);
    answer = await cluster.requestService(request).catch(() => undefined);
  }

  expect(answer).toEqual({
    status: 503,
    body: 'no endpoints available for service "nobody"',
  });
  expect((await failureOf(cluster.requestService({ ...request, service: 'none' }))).status).toBe(
    404,
  );
});

test('the log of a pod that is not there is empty', async () => {
  const request = { namespace, pod: 'none', container: 'app', previous: true, tailLines: 5 };

  expect(await cluster.readLog(request)).toBe('');
});
