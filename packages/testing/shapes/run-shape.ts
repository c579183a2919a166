import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseTag, parsePinnedReference, type PinnedReference } from '@slipway/core/image-ref';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import {
  deploy,
  renderBundle,
  rollBack,
  type DeploymentContext,
  type DeploymentOutcome,
  type DeployRequest,
} from '@slipway/flow/deployment';
import { systemClock } from '@slipway/io/clock';
import { openLayout, pushImage } from '@slipway/io/registry';
import { ensureProgram } from '@slipway/lab/build';
import type { Tools } from '@slipway/io/tools';
import { buildBusyboxImage } from '@slipway/lab/images';
import { openLab } from '@slipway/lab/parts';
import { createTestContext } from '../service/index.js';
import { openStage, type Stage } from '../stage/index.js';
import { makeCertificate } from './certificate.js';
import { runController } from './controller.js';
import { routeDefinition } from './route-definition.js';
import type { Release, Shape, ShapePlace } from './shape.js';

/** What became of a shape: deployed, deployed again, updated, and taken back. */
export interface ShapeRun {
  readonly first: DeploymentOutcome;
  readonly again: DeploymentOutcome;
  readonly second: DeploymentOutcome;
  readonly back: DeploymentOutcome;
  readonly againAfterwards: DeploymentOutcome;
  readonly place: ShapePlace;
}

export interface ShapeStage {
  readonly stage: Stage;
  run(shape: Shape): Promise<ShapeRun>;
  close(): Promise<void>;
}

/** What all shapes share. */
interface Theatre {
  readonly stage: Stage;
  readonly suffix: string;
  readonly images: Images;
  readonly tools: Tools;
}

interface Images {
  readonly app: Readonly<Record<Release, PinnedReference>>;
  readonly webhook: PinnedReference;
}

/** A stage for shapes, each in a namespace of its own, with an account that has the documented rights. */
export async function openShapes(): Promise<ShapeStage> {
  const stage = await openStage('shapes', {
    account: ['slipway-deploy-roles', 'slipway-create-secrets', 'slipway-deploy-cluster'],
  });
  const images: Images = {
    app: {
      1: await stage.push({ version: '1.0.0', behaviour: 'serve' }),
      2: await stage.push({ version: '1.1.0', behaviour: 'serve' }),
    },
    webhook: await pushWebhook(stage),
  };
  await stage.admin.apply(routeDefinition, { fieldManager: 'kubectl', force: true });
  const lab = await openLab();
  const tools: Tools = {
    has: (name) => Promise.resolve(name !== 'kustomize'),
    locate: (name) => lab.program(name),
  };
  const suffix = stage.namespace.split('-').at(-1) ?? '';
  const theatre = { stage, suffix, images, tools };
  const shared: KubernetesObject[] = [];
  const ended = new AbortController();
  const controller = runController(stage, suffix, ended.signal);
  return {
    stage,
    run: (shape) => runShape(theatre, shape, shared),
    close: async () => {
      ended.abort();
      await controller;
      for (const object of shared) await stage.admin.remove(identify(object));
      await stage.close();
      await lab.close();
    },
  };
}

async function pushWebhook(stage: Stage): Promise<PinnedReference> {
  const program = join(
    await ensureProgram('admission-webhook', () => undefined),
    'admission-webhook',
  );
  const layout = join(stage.folder, 'webhook');
  buildBusyboxImage({
    layout,
    files: { '/bin/webhook': { content: readFileSync(program), mode: 0o755 } },
    config: { entrypoint: ['/bin/webhook'], env: { PATH: '/bin' }, user: '1000' },
  });
  const { client, repository, registryHost, logger } = stage;
  const { digest } = await pushImage(client, await openLayout(layout), repository, {
    tags: [parseTag('webhook')],
    tagPolicy: 'fail',
    isDryRun: false,
    logger,
    clock: systemClock,
  });
  return parsePinnedReference(`${registryHost}/${repository.path}@${digest}`);
}

async function runShape(
  theatre: Theatre,
  shape: Shape,
  shared: KubernetesObject[],
): Promise<ShapeRun> {
  const { stage, suffix } = theatre;
  const namespace = `${shape.name}-${suffix}`;
  const folder = mkdtempSync(join(stage.folder, `${shape.name}-`));
  const names = [`webhook.${namespace}.svc`];
  const certificate = await makeCertificate(join(folder, 'keys'), names);
  const place = { namespace, suffix, certificate };
  await stage.openNamespace(namespace);
  await grantCustomResource(stage, shape, place);
  const context = createTestContext(stage, { service: shape.name, namespace, folder });
  const request = async (release: Release): Promise<DeployRequest> => {
    const made = await render(theatre, { shape, release, place, folder });
    shared.push(...made.objects.filter(({ metadata }) => metadata.namespace === undefined));
    return { bundle: made, ...common };
  };
  const first = await deploy(context, await request(1));
  const again = await deploy(context, await request(1));
  const second = await deploy(context, await request(2));
  const back = await goBack(context);
  return {
    first,
    again,
    second,
    back,
    againAfterwards: await deploy(context, await request(1)),
    place,
  };
}

const common = {
  intent: 'deploy',
  onFailure: 'stop',
  conflicts: 'fail',
  prune: true,
  timeoutMs: 120_000,
  overrideReason: 'it was only tried out',
} as const;

function goBack(context: DeploymentContext): Promise<DeploymentOutcome> {
  const reason = 'to see that the way back is open';
  return rollBack(context, { to: '1.0.0', reason, hold: false, timeoutMs: 120_000 });
}

interface RenderOptions {
  readonly shape: Shape;
  readonly release: Release;
  readonly place: ShapePlace;
  readonly folder: string;
}

async function render(
  { stage, images, tools }: Theatre,
  { shape, release, place, folder }: RenderOptions,
): ReturnType<typeof renderBundle> {
  const workspace = join(folder, `release-${release}`);
  const files = Object.entries(shape.files(release, place));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  const own = { name: 'app', image: images.app[release] };
  const isWebhook = files.some(([, content]) => content.includes('"image":"webhook"'));
  const { smokeTest } = shape;
  return renderBundle(
    { client: stage.client, tools, logger: stage.logger },
    {
      service: shape.name,
      environment: 'test',
      namespace: place.namespace,
      source: describeSource(
        shape,
        files.map(([path]) => path),
      ),
      images: isWebhook ? [own, { name: 'webhook', image: images.webhook }] : [own],
      thirdPartyImages: 'fail',
      secrets: 'create-once',
      ...(smokeTest === undefined ? {} : { smokeTest: { ...smokeTest, timeoutMs: 30_000 } }),
      version: `1.${release - 1}.0`,
      soakMs: 0,
      dependsOn: [],
      workspace,
    },
  );
}

function describeSource(
  { name, source }: Shape,
  paths: readonly string[],
): Parameters<typeof renderBundle>[1]['source'] {
  if (source === undefined) return { kind: 'manifests', paths };
  const { kind, folder } = source;
  if (kind === 'kustomization') return { kind, folder };
  return {
    kind,
    chart: { kind: 'folder', folder },
    values: [],
    releaseName: name,
    kubeVersion: '1.34.0',
    apiVersions: [],
  };
}

/** What the documentation tells to add for a kind of one’s own. */
async function grantCustomResource(stage: Stage, shape: Shape, place: ShapePlace): Promise<void> {
  const custom = shape.customResource?.(place);
  if (custom === undefined) return;
  const api = 'rbac.authorization.k8s.io';
  const metadata = { name: 'slipway-custom', namespace: place.namespace };
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  const rules = [{ apiGroups: [custom.group], resources: [custom.resource], verbs }];
  const subjects = [{ kind: 'ServiceAccount', name: 'slipway', namespace: stage.namespace }];
  const roleRef = { apiGroup: api, kind: 'Role', name: metadata.name };
  const apiVersion = `${api}/v1`;
  await stage.admin.create({ apiVersion, kind: 'Role', metadata, rules });
  await stage.admin.create({ apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects });
}

/** `ConfigMap old`, without what the name of a Job or a generated ConfigMap tells of its content. */
export function namePruned({ pruned }: DeploymentOutcome): readonly string[] {
  return pruned.map((identity) => {
    const { kind, name } = identity;
    return `${kind} ${name.replace(/-(?:[0-9a-f]{8}|[0-9a-z]{10})$/, '')}`;
  });
}
