import { SlipwayError, invalidInput, type Problem } from '../errors/index.js';
import {
  formatReference,
  formatRepository,
  parseReference,
  tryParseDigest,
  type PinnedReference,
} from '../image-ref/index.js';
import { assertNamed, type ImagePath } from './image-paths.js';
import { formatIdentity, type KubernetesObject } from './kubernetes-object.js';
import { refuseProblems } from './parse-manifests.js';
import { listImages, mapImages } from './pod-template.js';

/** An image to set: it replaces the images of its own repository, or of `name` where the manifests use that. */
export interface ImageToSet extends PinnedReference {
  /** A repository or a bare name, as it stands in the manifests: `catalog`. */
  readonly name?: string;
  /** Without a name: what else the manifests may call it. */
  readonly aliases?: readonly string[];
}

/**
 * The objects with the given images in place of those of the same repository, compared as a whole: registry
 * and path, any tag or digest. All pod templates are searched, with init and ephemeral containers, and what the
 * paths lead to.
 *
 * @example setImages(objects, [{ ...parsePinnedReference('r.example.com/shop/catalog@sha256:…'), name: 'catalog' }])
 * @throws SlipwayError `image-unmatched` when one of them or of the paths matched nothing, with every image seen; `render-failed`
 * for images that are no references; `invalid-input` when two of them replace the same
 */
export function setImages(
  objects: readonly KubernetesObject[],
  images: readonly ImageToSet[],
  paths: readonly ImagePath[] = [],
): readonly KubernetesObject[] {
  assertNamed(objects, paths);
  const seen = readRepositories(objects, paths);
  const replacements = new Map<string, string>();
  const clashes: Problem[] = [];
  const unmatched: Problem[] = [];
  for (const image of images) {
    const targets = listTargets(image);
    for (const target of targets) {
      if (replacements.has(target)) {
        clashes.push({ subject: 'images', given: nameOf(image), expected: 'each image once' });
      }
      replacements.set(target, formatReference(image));
    }
    if (![...seen.values()].some((each) => targets.includes(each)))
      unmatched.push(describeUnmatched(nameOf(image), seen));
  }
  if (clashes.length > 0) throw invalidInput(clashes);
  if (unmatched.length > 0) throw refuseUnmatched(unmatched, [...seen.keys()]);
  return mapImages(objects, (image) => replacements.get(seen.get(image) ?? '') ?? image, paths);
}

function listTargets({ name, aliases = [], repository }: ImageToSet): readonly string[] {
  if (name !== undefined) return [repositoryOf(name)];
  return [...new Set([formatRepository(repository), ...aliases.map(repositoryOf)])];
}

function nameOf({ name, repository }: ImageToSet): string {
  return name ?? formatRepository(repository);
}

/**
 * The objects with the texts of `pins` replaced.
 *
 * @param pins image as it is written → image with a digest
 * @throws SlipwayError `image-unpinned` with object, container and image of all that is left without a digest
 */
export function pinImages(
  objects: readonly KubernetesObject[],
  pins: ReadonlyMap<string, string>,
  paths: readonly ImagePath[] = [],
): readonly KubernetesObject[] {
  const pinned = mapImages(objects, (image) => pins.get(image) ?? image, paths);
  const problems = listImages(pinned, paths)
    .filter(({ image }) => tryParseDigest(image.slice(image.indexOf('@') + 1)) === undefined)
    .map(({ object, container, image }) => ({
      subject: `${formatIdentity(object)}, container ${container}`,
      given: image,
      expected: 'an image with a digest',
      fix: 'Name it in the input images if it is the service’s own, else pin it: repository@sha256:….',
    }));
  if (problems.length === 0) return pinned;
  const count = problems.length === 1 ? '1 image is' : `${problems.length} images are`;
  throw new SlipwayError('image-unpinned', `${count} not pinned by digest`, { problems });
}

/** Image as it is written → its repository. */
function readRepositories(
  objects: readonly KubernetesObject[],
  paths: readonly ImagePath[],
): ReadonlyMap<string, string> {
  const repositories = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { object, container, image } of listImages(objects, paths)) {
    try {
      repositories.set(image, repositoryOf(image));
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      const subject = `${formatIdentity(object)}, container ${container}`;
      problems.push(...error.problems.map((problem) => ({ ...problem, subject })));
    }
  }
  refuseProblems(problems);
  return repositories;
}

function repositoryOf(text: string): string {
  return formatRepository(parseReference(text, 'images').repository);
}

function describeUnmatched(given: string, seen: ReadonlyMap<string, string>): Problem {
  return {
    subject: 'images',
    given,
    expected: `the repository of an image in the manifests: ${[...seen.keys()].join(', ') || 'there is none'}`,
    fix: 'Write the repository into the manifests, or name the image that it replaces: <name>=<repository>@<digest>.',
  };
}

function refuseUnmatched(problems: readonly Problem[], seen: readonly string[]): SlipwayError {
  const names = problems.map(({ given }) => given).join(', ');
  const saw = seen.length === 0 ? 'which have no image' : `which have ${seen.join(', ')}`;
  return new SlipwayError('image-unmatched', `${names} matches no image of the manifests, ${saw}`, {
    problems,
  });
}
