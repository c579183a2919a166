import { describeError } from '@slipway/core/errors';
import { formatRepository, parsePinnedReference, parseReference } from '@slipway/core/image-ref';
import {
  fieldsToLeave,
  formatIdentity,
  identify,
  listImages,
  listSecretNames,
  mapImages,
  podSpecOf,
  recordsAt,
  textAt,
  toManifest,
  type JsonRecord,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { pinLiveImages, type LiveImage } from './adopted-images.js';
import { findVersion } from './adopted-version.js';
import { buildBundle, type Bundle, type RenderedBundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { findHelmReleases, type HelmRelease } from './helm-releases.js';
import type { LiveService } from './live-service.js';
import { redact } from './redact.js';

/** What ran before the first deployment of Slipway’s. */
export interface Former {
  /** What there is to return to; absent when it is in the ledger already, or could not be applied again. */
  readonly bundle?: RenderedBundle;
  /** Since when it runs: RFC 3339; absent where nobody can tell. */
  readonly since?: string;
  /** Why there is nothing to return to. */
  readonly obstacle?: string;
  /** What people should know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Makes a bundle of what runs now: the live objects of a new bundle, and what else is in a release of Helm that is
 * this service’s alone. Images are pinned to what the pods run. One that the cluster would not take is none.
 */
export async function describeFormer(
  { cluster, client }: Pick<DeploymentContext, 'cluster' | 'client'>,
  bundle: Bundle,
  live: LiveService,
): Promise<Former> {
  const releases = await findHelmReleases(cluster, live.objects, bundle.objects.map(identify));
  const own = releases.flatMap(({ others, isShared }) => (isShared === undefined ? others : []));
  const objects = [...live.objects, ...own].filter(({ kind }) => kind !== 'Job');
  const workloads = objects.filter((object) => podSpecOf(object) !== undefined);
  const notes = [
    ...releases.flatMap(describeRelease),
    ...describeSecrets(workloads),
    ...workloads.flatMap(describePlainSecrets),
    ...live.unlisted.map(describeUnlisted),
  ];
  if (workloads.length === 0) return { obstacle: 'no workload of it is live', notes };
  const { images, problems, since } = await pinLiveImages(cluster, client, workloads);
  if (problems.length > 0) return { obstacle: problems.join('; '), notes };
  const manifests = objects.map((object) => toPinnedManifest(object, images, live));
  const refusals = await findRefusals(cluster, manifests, fieldManagerOf(bundle.config.service));
  if (refusals.length > 0) return { obstacle: refusals.join('; '), notes };
  const [first, ...rest] = chooseImages(bundle, images);
  if (first === undefined) return { obstacle: 'its workloads have no image', notes };
  const workload = workloads.find((object) => titleOf(object) === first.live.object);
  const config = {
    service: bundle.config.service,
    environment: bundle.config.environment,
    namespace: bundle.config.namespace,
    version: await findVersion(client, workload, first.live),
    images: [first, ...rest].map(({ name, live: { pinned } }) => ({ name, reference: pinned })),
    dependsOn: [],
    migration: 'none',
    // what is gone back to proves good as any other release here; a smoke test it may never have had
    verification: { soakMs: bundle.config.verification.soakMs },
    strategy: 'rolling',
  } as const;
  const former = await buildBundle(config, manifests, []);
  return { bundle: former, ...(since === undefined ? {} : { since }), notes };
}

function titleOf(object: KubernetesObject): string {
  return formatIdentity(identify(object));
}

function toPinnedManifest(
  object: KubernetesObject,
  images: readonly LiveImage[],
  { autoscaled }: LiveService,
): KubernetesObject {
  const title = titleOf(object);
  const manifest = toManifest(object, fieldsToLeave(autoscaled.has(title)));
  const pins = new Map(
    images
      .filter((image) => image.object === title)
      .map(({ written, pinned }) => [written, pinned]),
  );
  const [pinned = manifest] = mapImages([manifest], (image) => pins.get(image) ?? image);
  return pinned;
}

interface ServiceImage {
  readonly name: string;
  readonly live: LiveImage;
}

/** The live images that the service’s own stand in for: in the same container, else of the same repository. */
function chooseImages(bundle: Bundle, images: readonly LiveImage[]): readonly ServiceImage[] {
  const places = listImages(bundle.objects);
  const chosen = bundle.config.images.flatMap(({ name, reference }): ServiceImage[] => {
    const repository = formatRepository(parsePinnedReference(reference).repository);
    const containers = places.filter(({ image }) => image === reference);
    const live =
      images.find((image) =>
        containers.some(
          ({ object, container }) =>
            formatIdentity(object) === image.object && container === image.container,
        ),
      ) ??
      images.find(
        ({ written }) => formatRepository(parseReference(written).repository) === repository,
      );
    return live === undefined ? [] : [{ name, live }];
  });
  const [first] = images;
  if (chosen.length > 0 || first === undefined) return chosen;
  return [{ name: bundle.config.images[0]?.name ?? first.container, live: first }];
}

/** A way back that the cluster would not take is none. */
async function findRefusals(
  cluster: Cluster,
  manifests: readonly KubernetesObject[],
  fieldManager: string,
): Promise<readonly string[]> {
  const refusals: string[] = [];
  for (const manifest of manifests) {
    try {
      await cluster.apply(manifest, { fieldManager, dryRun: true, force: true });
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'cluster-refused') throw error;
      refusals.push(describeError(error));
    }
  }
  return refusals;
}

function describeRelease({ name, namespace, others, isShared }: HelmRelease): readonly string[] {
  const titles = others.map(titleOf).join(', ');
  const rest =
    others.length === 0
      ? []
      : isShared === undefined
        ? [
            `the Helm release ${name} also has ${titles}: what the manifests do not have will be deleted`,
          ]
        : [`the Helm release ${name} also has ${titles}, which stays as it is: ${isShared}`];
  return [
    ...rest,
    `Helm still lists the release ${name}, and helm uninstall would delete what is Slipway’s now; make it forget: kubectl -n ${namespace} delete secret -l owner=helm,name=${name}`,
  ];
}

function describeSecrets(workloads: readonly KubernetesObject[]): readonly string[] {
  const names = [...new Set(workloads.flatMap(listSecretNames))];
  if (names.length === 0) return [];
  return [`Secrets stay as they are and are in no bundle: ${names.join(', ')}`];
}

/** What the live object has in plain text its bundle has, too; it was perhaps in no repository so far. */
export function describePlainSecrets(workload: KubernetesObject): readonly string[] {
  const spec = podSpecOf(workload);
  const containers = [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')];
  const names = containers
    .flatMap((container) => recordsAt(container, 'env'))
    .filter(looksLikeSecret)
    .map((variable) => textAt(variable, 'name'));
  if (names.length === 0) return [];
  return [
    `${titleOf(workload)} has ${names.join(', ')} in plain text, and so has its bundle, for everybody who may read the ledger: take it from a Secret, and change it`,
  ];
}

function looksLikeSecret(variable: JsonRecord): boolean {
  const text = `${textAt(variable, 'name') ?? ''}=${textAt(variable, 'value') ?? ''}`;
  return redact(text) !== text;
}

function describeUnlisted(namespace: string): string {
  return `the right to list horizontalpodautoscalers in ${namespace} is missing: replicas that the manifests do not set stay as they are`;
}
