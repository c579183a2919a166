import {
  formatReference,
  parseRepository,
  type PinnedReference,
  type Repository,
} from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import {
  buildBundle,
  changeHold,
  deploy,
  rollBack,
  settle,
  type DeploymentContext,
  type DeploymentOutcome,
} from '@slipway/flow/deployment';
import { openLedger } from '@slipway/flow/ledger';
import type { Clock } from '@slipway/io/clock';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import type { Lived } from '@slipway/testing/mortal';
import type { Operation, Release } from './ledger-sequence.js';

/** One service, in a namespace that others share, with a ledger of its own. */
export interface ModelService {
  readonly name: string;
  readonly namespace: string;
  readonly ledger: Repository;
  /** Of every version. */
  readonly images: ReadonlyMap<string, PinnedReference>;
  readonly hasPods: boolean;
  /** For what is saved of failures. */
  readonly folder: string;
}

const environment = 'test';
const soakMs = 600_000;
const rolloutTimeoutMs = 60_000;

/** What a run of an action works with, through the eyes of one writer. */
export function openRun(
  service: ModelService,
  { cluster, client }: Lived,
  clock: Clock,
  runId: string,
): DeploymentContext & { readonly logger: RecordingLogger } {
  const logger = createRecordingLogger();
  const repository = service.ledger;
  return {
    service: service.name,
    namespace: service.namespace,
    cluster,
    client,
    ledger: openLedger({ client, clock, logger, repository, environment }),
    clock,
    logger,
    signal: new AbortController().signal,
    evidenceFolder: service.folder,
    run: { repository: 'shop/model', runId, attempt: 1, url: '', actor: 'ada' },
  };
}

/** Does what a run of an action does; undefined for those that have no outcome. */
export async function perform(
  service: ModelService,
  context: DeploymentContext,
  operation: Operation,
): Promise<DeploymentOutcome | undefined> {
  switch (operation.kind) {
    case 'deploy': {
      const { release, onFailure, isOverridden } = operation;
      return deploy(context, {
        bundle: await renderRelease(service, release),
        intent: 'deploy',
        onFailure,
        conflicts: 'fail',
        prune: true,
        timeoutMs: rolloutTimeoutMs,
        ...(isOverridden ? { overrideReason: 'the model says so' } : {}),
      });
    }
    case 'roll-back': {
      const { to, hold } = operation;
      const reason = 'the model says so';
      return rollBack(context, { to, reason, hold, timeoutMs: rolloutTimeoutMs });
    }
    case 'settle':
      return settle(context);
    case 'hold':
      await changeHold(context, { kind: 'hold', reason: context.run.runId }, { isDryRun: false });
      return undefined;
    case 'release-hold':
      await changeHold(context, { kind: 'release-hold' }, { isDryRun: false });
      return undefined;
  }
}

function renderRelease(service: ModelService, release: Release) {
  const absent = { service: `${service.name}-absent`, port: '80', path: '/', timeoutMs: 100 };
  return buildBundle(
    {
      service: service.name,
      environment,
      namespace: service.namespace,
      version: release.version,
      images: [{ name: 'app', reference: imageOf(service, release) }],
      dependsOn: [],
      migration: 'none',
      verification: {
        soakMs: release.hasSoak ? soakMs : 0,
        ...(release.isGood ? {} : { smokeTest: absent }),
      },
      strategy: 'rolling',
    },
    listObjects(service, release),
    [],
  );
}

/** The objects of a release; what an earlier one has more must go. */
function listObjects(service: ModelService, release: Release): readonly KubernetesObject[] {
  const maps = ['base', ...release.parts.map((part) => `part-${part}`)].map((part) =>
    makeObject(service, 'v1', 'ConfigMap', part, { data: { version: release.version } }),
  );
  return service.hasPods ? [...maps, makeDeployment(service, release)] : maps;
}

function imageOf({ images }: ModelService, { version }: Release): string {
  const image = images.get(version);
  if (image === undefined) throw new Error(`there is no image of ${version}`);
  return formatReference(image);
}

function makeDeployment(service: ModelService, release: Release): KubernetesObject {
  const labels = { app: service.name };
  const container = {
    name: 'web',
    image: imageOf(service, release),
    env: [{ name: 'VERSION', value: release.version }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
  };
  return makeObject(service, 'apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  });
}

function makeObject(
  { name, namespace }: ModelService,
  apiVersion: string,
  kind: string,
  part: string,
  content: Readonly<Record<string, unknown>>,
): KubernetesObject {
  const metadata = { name: `${name}-${part}`, namespace, labels: { app: name } };
  return { apiVersion, kind, metadata, ...content };
}

/** Where the ledger of a service is. */
export function ledgerOf(host: string, name: string): Repository {
  return parseRepository(`${host}/ledger-model/${name}`);
}
