import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff';
import {
  fieldsToLeave,
  formatIdentity,
  formatManifests,
  identify,
  isRecord,
  isSecret,
  outlineSecret,
  toManifest,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { hidden, isSecretName, redact } from './redact.js';

/** What becomes of one object. */
export interface ObjectDiff {
  /** `Deployment shop/orders` */
  readonly object: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** A unified diff, what looks like a secret redacted. */
  readonly patch: string;
}

/** Takes what becomes of each object that changes. */
export type TellDifference = (difference: ObjectDiff) => void;

/** More edits than that are not worth the time to find them, nor to read them. */
const mostEdits = 3000;

/**
 * How an object changes; undefined when nothing does.
 *
 * @param names what the two sides are called: `live`, `planned`
 */
export function diffObject(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  names: readonly [before: string, after: string],
): ObjectDiff | undefined {
  const [was, is] = [format(before), format(after)];
  const identity = after ?? before;
  if (identity === undefined || was === is) return undefined;
  const object = formatIdentity(identify(identity));
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const [shownBefore, shownAfter] = [format(redactObject(before)), format(redactObject(after))];
  const patch = createTwoFilesPatch(object, object, shownBefore, shownAfter, ...names, {
    headerOptions: FILE_HEADERS_ONLY,
    ...(change === 'changed' ? { maxEditLength: mostEdits } : {}),
  });
  return { object, change, patch: explain(object, patch, shownBefore === shownAfter) };
}

function explain(object: string, patch: string | undefined, isHidden: boolean): string {
  if (isHidden) return `# ${object}: values that look like secrets change\n`;
  return patch ?? `# ${object}: it changes in too many places\n`;
}

function format(object: KubernetesObject | undefined): string {
  return object === undefined ? '' : formatManifests([object]);
}

/**
 * What somebody asked for of an object as the API has it: neither the server's defaults nor what controllers and
 * the API's bookkeeping add.
 */
export function asAskedFor(object: KubernetesObject | undefined): KubernetesObject | undefined {
  return object === undefined ? undefined : toManifest(object, fieldsToLeave(false));
}

/** Of a Secret only its outline; elsewhere no value that looks like a secret, or whose name says that it is one. */
function redactObject(object: KubernetesObject | undefined): KubernetesObject | undefined {
  if (object === undefined) return undefined;
  const { apiVersion, kind, metadata } = object;
  if (isSecret(object)) {
    const { name, namespace } = metadata;
    const place = namespace === undefined ? { name } : { name, namespace };
    const { type, keys } = outlineSecret(object);
    return { apiVersion, kind, metadata: place, type, keys };
  }
  const redacted = redactValue(object);
  const annotations = redactTexts(metadata.annotations ?? {});
  const shown = metadata.annotations ? { ...metadata, annotations } : metadata;
  return isRecord(redacted) ? { ...redacted, apiVersion, kind, metadata: shown } : object;
}

function redactTexts(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, isSecretName(key) ? hidden : redact(text)]),
  );
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return redactList(value);
  if (!isRecord(value)) return value;
  const isNamed = typeof value['name'] === 'string' && isSecretName(value['name']);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isHidden =
        typeof inner === 'string' && (isSecretName(key) || (isNamed && key === 'value'));
      return [key, isHidden ? hidden : redactValue(inner)];
    }),
  );
}

/** Of a command line, what follows `--password` is one. */
function redactList(items: readonly unknown[]): readonly unknown[] {
  return items.map((item, index) => {
    const before = items[index - 1];
    const isFlagged =
      typeof item === 'string' && typeof before === 'string' && isSecretFlag(before);
    return isFlagged ? hidden : redactValue(item);
  });
}

function isSecretFlag(argument: string): boolean {
  return /^--?[^=\s]+$/.test(argument) && isSecretName(argument.replace(/^--?/, ''));
}
