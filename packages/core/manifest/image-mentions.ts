import { isRecord } from './fields.js';
import { mapNamedImages, type ImagePath } from './image-paths.js';
import { identify, type KubernetesObject, type ObjectIdentity } from './kubernetes-object.js';
import { mapImages } from './pod-template.js';

/** A place that names an image and is not known as one: it stays as it is. */
export interface ImageMention {
  readonly object: ObjectIdentity;
  /** `spec.template.spec.containers[0].env[1].value` */
  readonly path: string;
  /** The part of the text that names it. */
  readonly image: string;
}

/**
 * Where objects name one of the repositories besides the images of their pod templates and of the named paths:
 * values of variables, arguments, annotations, configuration, custom resources.
 *
 * @param repositories with their registry: `registry.example.com/shop/catalog`
 */
export function findImageMentions(
  objects: readonly KubernetesObject[],
  repositories: readonly string[],
  paths: readonly ImagePath[],
): readonly ImageMention[] {
  if (repositories.length === 0) return [];
  const pattern = mentionPattern(repositories);
  const nothing = (): string => '';
  const others = mapImages(objects, nothing).map((object) =>
    mapNamedImages(object, paths, nothing),
  );
  return others.flatMap((object) =>
    listTexts(object, '').flatMap(({ path, text }) => {
      const image = pattern.exec(text)?.groups?.['image'];
      return image === undefined ? [] : [{ object: identify(object), path, image }];
    }),
  );
}

function mentionPattern(repositories: readonly string[]): RegExp {
  const names = repositories.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(
    `(?<![\\w./-])(?<image>(?:${names.join('|')})(?::[\\w.-]+)?(?:@sha256:[0-9a-f]+)?)(?![\\w/-])`,
  );
}

interface FoundText {
  readonly path: string;
  readonly text: string;
}

function listTexts(value: unknown, path: string): readonly FoundText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => listTexts(item, `${path}[${index}]`));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const step = /^[\w-]+$/.test(key) ? `${path === '' ? '' : '.'}${key}` : `["${key}"]`;
    return listTexts(inner, `${path}${step}`);
  });
}
