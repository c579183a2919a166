import type { SmokeTestSettings } from '@slipway/core/config';
import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import { formatReference, formatRepository, type PinnedReference } from '@slipway/core/image-ref';
import {
  findImageMentions,
  formatIdentity,
  identify,
  identifySecret,
  migrationAnnotation,
  nameJobs,
  numberAt,
  phaseOf,
  recordsAt,
  refuseProblems,
  setImages,
  setNamespace,
  type ImagePath,
  type KubernetesObject,
  type SecretOutline,
} from '@slipway/core/manifest';
import {
  migrations,
  type BundleConfig,
  type Migration,
  type SmokeTestPlan,
} from '@slipway/core/release';
import { changeLevels, levelLabel, type Level } from '@slipway/core/version';
import type { Logger } from '@slipway/io/log';
import { computeDigest, fetchImageLabels } from '@slipway/io/registry';
import type { Tools } from '@slipway/io/tools';
import { buildBundle, type RenderedBundle } from './bundle-artifact.js';
import { pinThirdParty } from './pin-third-party.js';
import type { ChartClient } from './pull-chart.js';
import { renderSource, type SourceRequest } from './render-source.js';
import { refuseChartSecrets, takeOutSecrets } from './take-out-secrets.js';

/** An image of the service: `repo@digest`, or `name=repo@digest` where the manifests use another name. */
export interface ServiceImage {
  readonly name?: string;
  /** What else the manifests may call it. */
  readonly aliases?: readonly string[];
  readonly image: PinnedReference;
}

export interface RenderRequest extends SourceRequest {
  readonly service: string;
  readonly images: readonly [ServiceImage, ...ServiceImage[]];
  /** Tags of images that are not the service's own are resolved to digests, or refused. */
  readonly thirdPartyImages: 'resolve' | 'fail';
  /** Where images stand besides pod templates. */
  readonly imagePaths?: readonly ImagePath[];
  /** What becomes of a Secret in the manifests; default: it is refused. */
  readonly secrets?: 'refuse' | 'create-once';
  /** Where the labels of the first image are read; default is the image itself. */
  readonly labelsFrom?: PinnedReference;
  /** Default: the label `org.opencontainers.image.version` of the first image. */
  readonly version?: string;
  /** Default: the label `slipway.dev/level`. */
  readonly level?: Level | 'none';
  /** Default: the label `org.opencontainers.image.revision`. */
  readonly commit?: string;
  readonly smokeTest?: SmokeTestSettings;
  readonly soakMs: number;
  /** Services that it calls. */
  readonly dependsOn: readonly string[];
}

const defaultSmokeTestMs = 30_000;

/** What of a registry is needed: images are looked up, and nothing is written. */
export type RenderClient = ChartClient;

export interface RenderContext {
  readonly client: RenderClient;
  readonly tools: Tools;
  readonly logger: Logger;
}

/**
 * Renders the bundle of one version for one environment: the same sources and images, the same digest.
 * Nothing is written anywhere.
 *
 * @throws SlipwayError `render-failed`, `image-unmatched`, `image-unpinned`, `secret-refused`, `invalid-input`
 */
export async function renderBundle(
  context: RenderContext,
  request: RenderRequest,
): Promise<RenderedBundle> {
  const { client, logger } = context;
  const { imagePaths = [], thirdPartyImages: mode } = request;
  const { chart, notes = [], ...rendered } = await renderSource(context, request);
  const placed = { ...rendered, objects: setNamespace(rendered.objects, request.namespace) };
  if (request.source.kind === 'chart') refuseChartSecrets(placed.objects);
  const { secrets, sources, ...kept } = takeOutSecrets(placed, request.secrets ?? 'refuse');
  const own = setImages(
    kept.objects,
    request.images.map(({ image, ...names }) => ({ ...image, ...names })),
    imagePaths,
  );
  const pinned = await pinThirdParty(client, own, { mode, paths: imagePaths, logger });
  const objects = nameJobs(pinned, (text) => computeDigest(Buffer.from(text)));
  const described = await describeBundle(client, request, objects);
  const outlines = secrets.map(({ outline }) => outline).toSorted(byName);
  const config = {
    ...described,
    ...(chart === undefined ? {} : { chart }),
    ...(outlines.length === 0 ? {} : { secrets: outlines }),
  };
  const all = [...notes, ...describeMentions(request, objects)];
  for (const note of all) logger.info(note);
  return { ...(await buildBundle(config, objects, sources)), secrets, notes: all };
}

/** An image in a variable or an argument may be meant to stay: it is told, and not changed. */
function describeMentions(
  { images, imagePaths = [] }: RenderRequest,
  objects: readonly KubernetesObject[],
): readonly string[] {
  const names = images.flatMap(({ image, name = '', aliases = [] }) => [
    formatRepository(image.repository),
    ...[name, ...aliases].filter((each) => each.includes('/')),
  ]);
  return findImageMentions(objects, [...new Set(names)], imagePaths).map(
    ({ object, path, image }) =>
      `${formatIdentity(object)} names ${image} in ${path}, which stays as it is: image-paths can name it`,
  );
}

function byName(a: SecretOutline, b: SecretOutline): number {
  return formatIdentity(identifySecret(a)) < formatIdentity(identifySecret(b)) ? -1 : 1;
}

async function describeBundle(
  client: RenderClient,
  request: RenderRequest,
  objects: readonly KubernetesObject[],
): Promise<BundleConfig> {
  const [first] = request.images;
  const labels = await fetchImageLabels(client, request.labelsFrom ?? first.image);
  const label = (name: string): string | undefined =>
    labels.get(`org.opencontainers.image.${name}`);
  const version = request.version ?? label('version');
  if (version === undefined) {
    throw noVersion(first.image);
  }
  const level = request.level ?? changeLevels.find((known) => known === labels.get(levelLabel));
  const commit = request.commit ?? label('revision');
  const source = label('source');
  const createdAt = label('created');
  const smokeTest = planSmokeTest(request, objects);
  return {
    service: request.service,
    environment: request.environment,
    namespace: request.namespace,
    version,
    ...(level === undefined ? {} : { level }),
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined ? {} : { source }),
    ...(createdAt === undefined ? {} : { createdAt }),
    images: request.images.map(({ name, image }) => ({
      name: name ?? image.repository.path.split('/').at(-1) ?? image.repository.path,
      reference: formatReference(image),
    })),
    dependsOn: request.dependsOn,
    migration: strictestMigration(objects),
    verification: {
      ...(smokeTest === undefined ? {} : { smokeTest }),
      soakMs: request.soakMs,
    },
    strategy: 'rolling',
  };
}

/** An image that does not say its version. */
export function noVersion(image: PinnedReference): SlipwayError {
  return new SlipwayError(
    'no-version',
    `${formatReference(image)} has no label org.opencontainers.image.version`,
    {
      fix: 'Set the input version, or build the image with the labels that image-version gives.',
    },
  );
}

function planSmokeTest(
  { smokeTest, service }: RenderRequest,
  objects: readonly KubernetesObject[],
): SmokeTestPlan | undefined {
  if (smokeTest === undefined) return undefined;
  const name = smokeTest.service ?? service;
  const services = objects.filter(({ kind }) => kind === 'Service');
  const target = services.find(({ metadata }) => metadata.name === name);
  const port = smokeTest.port ?? firstPort(target);
  if (port === undefined) {
    const seen = services.map(({ metadata }) => metadata.name).join(', ');
    throw invalidInput([
      {
        subject: 'smoke-test',
        given: name,
        expected: `a Service with a port; the manifests have ${seen === '' ? 'none' : seen}`,
        fix: 'Name the Service: { path: /healthz, service: web, port: "80" }.',
      },
    ]);
  }
  const { path, timeoutMs = defaultSmokeTestMs } = smokeTest;
  return { service: name, port, path, timeoutMs };
}

function firstPort(service: KubernetesObject | undefined): string | undefined {
  const port = numberAt(recordsAt(service, 'spec', 'ports')[0], 'port');
  return port === undefined ? undefined : String(port);
}

/** A Job may do anything to the data; one that only looks whether the release works does not. */
function mayChangeData(object: KubernetesObject): boolean {
  return object.kind === 'Job' && phaseOf(object) !== 'smoke-test';
}

/**
 * A Job that does not say what it does to the data counts as one that cannot be undone.
 *
 * @throws SlipwayError `render-failed` with every object that says something else than a class
 */
function strictestMigration(objects: readonly KubernetesObject[]): Migration {
  const problems: Problem[] = [];
  const classes = objects.flatMap((object): readonly Migration[] => {
    const given = object.metadata.annotations?.[migrationAnnotation];
    if (given === undefined) return mayChangeData(object) ? ['irreversible'] : [];
    const known = migrations.find((each) => each === given);
    if (known !== undefined) return [known];
    const subject = `${formatIdentity(identify(object))}, annotation ${migrationAnnotation}`;
    problems.push({ subject, given, expected: `one of ${migrations.join(', ')}` });
    return [];
  });
  refuseProblems(problems);
  return classes.reduce<Migration>(
    (worst, each) => (migrations.indexOf(each) > migrations.indexOf(worst) ? each : worst),
    'none',
  );
}
