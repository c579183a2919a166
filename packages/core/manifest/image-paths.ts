import { SlipwayError, invalidInput, type Problem } from '../errors/index.js';
import { isRecord, textAt } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';

/** Where objects of a kind name an image, besides their pod templates. */
export interface ImagePath {
  readonly kind: string;
  readonly steps: readonly PathStep[];
  /** As it is written. */
  readonly text: string;
}

type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'every' }
  | { readonly kind: 'item'; readonly field: string; readonly value: string }
  | { readonly kind: 'flag'; readonly name: string };

const kindPattern = /^(?<kind>[A-Z][A-Za-z0-9]*)(?=[.[])/;
const stepPattern =
  /\.(?<name>[\w-]+)|\["(?<quoted>[^"\]]+)"\]|\[(?<every>\*)\]|\[(?<flag>--?[\w.-]+)\]|\[(?<field>\w+)=(?<value>[^\]]+)\]/y;

/**
 * Reads where an image stands: a kind, and the fields that lead to it; `[*]` is every item of a list,
 * `[name=web]` one item, `["a.b/c"]` a field whose name has other letters, `[--image]` the value of a flag among
 * arguments. The text at its end is an image and nothing else.
 *
 * @example parseImagePath('Database.spec.image', 'image-paths')
 * @example parseImagePath('Deployment.spec.template.spec.containers[*].env[name=SIDECAR].value', 'image-paths')
 * @throws SlipwayError `invalid-input`
 */
export function parseImagePath(text: string, subject: string): ImagePath {
  const path = tryParseImagePath(text);
  if (path !== undefined) return path;
  throw invalidInput([{ subject, given: text, expected: expectedPath }]);
}

export const expectedPath = 'a kind and the fields that lead to an image, as Database.spec.image';

/** The same; undefined for what is no path. */
export function tryParseImagePath(text: string): ImagePath | undefined {
  const kind = kindPattern.exec(text)?.groups?.['kind'];
  const steps: PathStep[] = [];
  let place = kind?.length ?? 0;
  while (kind !== undefined && place < text.length) {
    stepPattern.lastIndex = place;
    const groups = stepPattern.exec(text)?.groups;
    if (groups === undefined) break;
    steps.push(readStep(groups));
    place = stepPattern.lastIndex;
  }
  const isWhole = steps.length > 0 && place === text.length;
  return kind === undefined || !isWhole ? undefined : { kind, steps, text };
}

function readStep({
  name,
  quoted,
  every,
  flag,
  field = '',
  value = '',
}: Readonly<Record<string, string | undefined>>): PathStep {
  const fieldName = name ?? quoted;
  if (fieldName !== undefined) return { kind: 'field', name: fieldName };
  if (flag !== undefined) return { kind: 'flag', name: flag };
  return every === undefined ? { kind: 'item', field, value } : { kind: 'every' };
}

/** Every image that the paths lead to, in an object. */
export function listNamedImages(
  object: KubernetesObject,
  paths: readonly ImagePath[],
): readonly { readonly path: string; readonly image: string }[] {
  const found: { path: string; image: string }[] = [];
  for (const path of paths) {
    mapNamedImages(object, [path], (image) => {
      found.push({ path: path.text, image });
      return image;
    });
  }
  return found;
}

/** The object with every image that the paths lead to passed through `change`. */
export function mapNamedImages(
  object: KubernetesObject,
  paths: readonly ImagePath[],
  change: (image: string) => string,
): KubernetesObject {
  return paths
    .filter(({ kind }) => kind === object.kind)
    .reduce<KubernetesObject>((changed, { steps }) => {
      const value = changeAt(changed, steps, change);
      return isRecord(value) ? { ...changed, ...value } : changed;
    }, object);
}

function changeAt(
  value: unknown,
  [step, ...rest]: readonly PathStep[],
  change: (image: string) => string,
): unknown {
  if (step === undefined) return typeof value === 'string' && value !== '' ? change(value) : value;
  if (step.kind === 'field') {
    if (!isRecord(value) || !(step.name in value)) return value;
    return { ...value, [step.name]: changeAt(value[step.name], rest, change) };
  }
  if (!Array.isArray(value)) return value;
  if (step.kind === 'flag') return changeFlag(value, step.name, change);
  return value.map((item: unknown) => {
    const isMeant = step.kind === 'every' || textAt(item, step.field) === step.value;
    return isMeant ? changeAt(item, rest, change) : item;
  });
}

/** `--image=…`, or `--image` and the argument that follows. */
function changeFlag(
  values: readonly unknown[],
  name: string,
  change: (image: string) => string,
): readonly unknown[] {
  return values.map((value, index) => {
    if (typeof value !== 'string') return value;
    if (values[index - 1] === name) return change(value);
    const prefix = `${name}=`;
    return value.startsWith(prefix) ? `${prefix}${change(value.slice(prefix.length))}` : value;
  });
}

/**
 * A path that leads to nothing says what is not there, as an image that matches nothing does.
 *
 * @throws SlipwayError `image-unmatched` with every path without an image
 */
export function assertNamed(
  objects: readonly KubernetesObject[],
  paths: readonly ImagePath[],
): void {
  const problems = paths
    .filter((path) => objects.every((object) => listNamedImages(object, [path]).length === 0))
    .map(({ kind, text }): Problem => {
      const seen = objects.filter((object) => object.kind === kind);
      const names = seen.map((object) => formatIdentity(identify(object))).join(', ');
      return {
        subject: 'image-paths',
        given: text,
        expected: `a text where it leads; there is ${names === '' ? `no ${kind}` : `none in ${names}`}`,
        fix: 'Mend the path, or remove it.',
      };
    });
  if (problems.length === 0) return;
  const names = problems.map(({ given }) => given).join(', ');
  throw new SlipwayError('image-unmatched', `${names} leads to no image`, { problems });
}
