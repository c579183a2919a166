import { parseReference, formatReference, parseTag, type Digest } from '@slipway/core/image-ref';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import type { ContentManifest } from '../content/index.js';
import type { Descriptor } from '../protocol/index.js';
import type { FileStore } from './file-store.js';

/** What says the name of an image in index.json: the whole of it, or only its tag. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;
const shownNames = 20;

/**
 * The one image that is meant: by its name, the tag of it, its digest, or as the only one.
 *
 * @returns the problem when it is none, or several
 */
export function chooseRoot(
  store: FileStore,
  listed: readonly ContentManifest[],
  refName: string | undefined,
): ContentManifest | Problem {
  const roots = new Map<Digest, ContentManifest>();
  for (const entry of listed) {
    const isWanted = refName === undefined || isNamed(entry.descriptor, refName);
    if (isWanted && entry.manifest.subject === undefined) {
      roots.set(entry.descriptor.digest, entry);
    }
  }
  const [only, ...others] = roots.values();
  if (only !== undefined && others.length === 0) return only;
  return {
    subject: store.describe('index.json'),
    given: listNames(listed.map(({ descriptor }) => nameOf(descriptor))),
    expected: refName === undefined ? 'exactly one image' : `exactly one image named ${refName}`,
    fix: `Add the name of the one that is meant to source: ${store.name}:<name>.`,
  };
}

/**
 * Whether a name that somebody wrote means a name that an archive says: `orders:1.4.0` means
 * `docker.io/library/orders:1.4.0`.
 */
export function isSameName(wanted: string, name: string): boolean {
  if (wanted === name) return true;
  const full = tryFormatFull(wanted);
  return full !== undefined && full === tryFormatFull(name);
}

/** The first of many, for an error. */
export function listNames(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - shownNames;
  const shown = unique.slice(0, shownNames).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function isNamed({ digest, annotations }: Descriptor, wanted: string): boolean {
  const names = nameAnnotations.map((annotation) => annotations?.[annotation]);
  return wanted === digest || names.some((name) => name !== undefined && isSameName(wanted, name));
}

function nameOf({ digest, annotations }: Descriptor): string {
  const [whole, short] = nameAnnotations.map((annotation) => annotations?.[annotation]);
  return whole ?? short ?? digest;
}

function tryFormatFull(name: string): string | undefined {
  try {
    const reference = parseReference(name);
    const isPlain = reference.tag === undefined && reference.digest === undefined;
    return formatReference(isPlain ? { ...reference, tag: parseTag('latest') } : reference);
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
