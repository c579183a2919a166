import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { algorithmOf, type Digest } from '@slipway/core/image-ref';
import { hashPart, openPart, type FilePart } from '../archive/index.js';
import type { ContentManifest } from '../content/index.js';
import {
  computeDigest,
  maxManifestBytes,
  parseManifest,
  tryReadDescriptor,
  type Descriptor,
} from '../protocol/index.js';
import { readProperty, readText, tryParseJson } from '../transport/index.js';
import { tryReadFile, type FileStore } from './file-store.js';

/** What is read as a whole is at most this large. */
const rebuild = 'Build the layout again, and pass it on whole.';

/** Where a layout keeps a blob: `blobs/sha256/e3b0…`, below its root. */
function blobPath(digest: Digest): string {
  return posix.join('blobs', ...digest.split(':'));
}

/**
 * The manifests that `index.json` lists, each once; problems when there is no layout
 * (OCI image layout specification 1.0).
 */
export async function readLayoutIndex(
  store: FileStore,
): Promise<{ readonly listed: readonly Descriptor[]; readonly problems: readonly Problem[] }> {
  const marker = await tryReadJson(store, 'oci-layout');
  const version = readText(marker, 'imageLayoutVersion');
  if (version !== '1.0.0') {
    const problem = {
      subject: store.describe('oci-layout'),
      ...(version === undefined ? {} : { given: version }),
      expected: 'the file of an OCI image layout with version 1.0.0',
      fix: 'Pass the folder or the archive that docker buildx build --output type=oci,dest=… made.',
    };
    return { listed: [], problems: [problem] };
  }
  const manifests = readProperty(await tryReadJson(store, 'index.json'), 'manifests');
  const found = Array.isArray(manifests) ? manifests.map(tryReadDescriptor) : [];
  const listed = found.filter((descriptor) => descriptor !== undefined);
  if (listed.length === 0 || listed.length !== found.length) {
    const expected = 'an index that lists at least one manifest, each with its digest and size';
    const fix = manifests === null ? saveByName : rebuild;
    return { listed: [], problems: [{ subject: store.describe('index.json'), expected, fix }] };
  }
  return { listed, problems: [] };
}

/** See https://github.com/moby/moby/issues/47210 */
const saveByName =
  'Docker 25.0 before 25.0.3 writes null there for an image that is saved by its digest or ID: save it by its name, or update Docker.';

/** A manifest with its bytes proven, or what is wrong with it. */
export async function readLayoutManifest(
  store: FileStore,
  descriptor: Descriptor,
): Promise<ContentManifest | Problem> {
  const file = blobPath(descriptor.digest);
  const found = await store.tryFind(file);
  if (found === undefined) return absent(file, descriptor);
  if (found.size > maxManifestBytes) {
    const expected = `a manifest of at most ${maxManifestBytes} bytes`;
    return { subject: file, given: `${found.size} bytes`, expected };
  }
  const bytes = await buffer(openPart(found));
  const digest = computeDigest(bytes, algorithmOf(descriptor.digest));
  if (digest !== descriptor.digest) return different(file, digest);
  const content = { mediaType: descriptor.mediaType, bytes };
  try {
    return { descriptor, content, manifest: parseManifest(bytes, file) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return {
      subject: file,
      given: error.message,
      expected: 'a manifest or index of OCI or Docker schema 2',
      fix: rebuild,
    };
  }
}

/** Where a blob is that is whole and as its digest says, or what is wrong with it. */
export async function findLayoutBlob(
  store: FileStore,
  descriptor: Descriptor,
  signal?: AbortSignal,
): Promise<FilePart | Problem> {
  const file = blobPath(descriptor.digest);
  const found = await store.tryFind(file);
  if (found === undefined) return absent(file, descriptor);
  if (found.size !== descriptor.size) {
    const expected = `${descriptor.size} bytes`;
    return { subject: file, given: `${found.size} bytes`, expected, fix: rebuild };
  }
  const digest = await hashPart(found, algorithmOf(descriptor.digest), signal);
  return digest === descriptor.digest ? found : different(file, digest);
}

/** Docker’s index lists all platforms of an image also where it keeps only some of them. */
function absent(file: string, descriptor: Descriptor): Problem {
  const { size, mediaType } = descriptor;
  const expected = `a file of ${size} bytes (${mediaType})`;
  const platform = describePlatform(descriptor);
  if (platform === undefined) return { subject: file, expected, fix: rebuild };
  return {
    subject: file,
    expected: `${expected}, the manifest of the platform ${platform}`,
    fix: `Pull or build ${platform}, too, and save the image again, or save one platform alone (docker save --platform): the digest of the whole index needs all of them.`,
  };
}

function describePlatform({ platform }: Descriptor): string | undefined {
  if (platform === undefined) return undefined;
  const parts = ['os', 'architecture', 'variant'].map((name) => readText(platform, name));
  return parts.filter((part) => part !== undefined && part !== '').join('/');
}

function different(file: string, digest: Digest): Problem {
  return {
    subject: file,
    given: digest,
    expected: 'content with the digest of its name',
    fix: rebuild,
  };
}

async function tryReadJson(store: FileStore, path: string): Promise<unknown> {
  const bytes = await tryReadFile(store, path, maxManifestBytes);
  return tryParseJson(bytes?.toString('utf8') ?? '');
}
