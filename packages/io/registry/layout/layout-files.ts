import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { algorithmOf, digestOf, type Digest } from '@slipway/core/image-ref';
import type { ContentManifest } from '../content/index.js';
import {
  computeDigest,
  parseManifest,
  tryReadDescriptor,
  type Descriptor,
} from '../protocol/index.js';
import { readProperty, readText, tryParseJson } from '../transport/index.js';

const maxManifestBytes = 16 * 1024 * 1024;
const rebuild = 'Build the layout again, and pass it on whole.';

/** Where a layout keeps a blob: `blobs/sha256/e3b0…`, below its folder. */
export function blobPath(digest: Digest): string {
  return join('blobs', ...digest.split(':'));
}

/**
 * The manifests that `index.json` lists, each once; problems when the folder is no layout
 * (OCI image layout specification 1.0).
 */
export async function readLayoutIndex(
  folder: string,
): Promise<{ readonly listed: readonly Descriptor[]; readonly problems: readonly Problem[] }> {
  const marker = await tryRead(join(folder, 'oci-layout'));
  const version = readText(tryParseJson(marker ?? ''), 'imageLayoutVersion');
  if (version !== '1.0.0') {
    const problem = {
      subject: join(folder, 'oci-layout'),
      ...(version === undefined ? {} : { given: version }),
      expected: 'the file of an OCI image layout with version 1.0.0',
      fix: 'Pass the folder that docker buildx build --output type=oci,tar=false,dest=… made, not an archive.',
    };
    return { listed: [], problems: [problem] };
  }
  const manifests = readProperty(
    tryParseJson((await tryRead(join(folder, 'index.json'))) ?? ''),
    'manifests',
  );
  const found = Array.isArray(manifests) ? manifests.map(tryReadDescriptor) : [];
  const listed = found.filter((descriptor) => descriptor !== undefined);
  if (listed.length === 0 || listed.length !== found.length) {
    const expected = 'an index that lists at least one manifest, each with its digest and size';
    return {
      listed: [],
      problems: [{ subject: join(folder, 'index.json'), expected, fix: rebuild }],
    };
  }
  return { listed, problems: [] };
}

/** A manifest with its bytes proven, or what is wrong with it. */
export async function readLayoutManifest(
  folder: string,
  descriptor: Descriptor,
): Promise<ContentManifest | Problem> {
  const file = blobPath(descriptor.digest);
  const size = await trySize(join(folder, file));
  if (size === undefined) return absent(file, descriptor);
  if (size > maxManifestBytes) {
    const expected = `a manifest of at most ${maxManifestBytes} bytes`;
    return { subject: file, given: `${size} bytes`, expected };
  }
  const bytes = await readFile(join(folder, file));
  const digest = computeDigest(bytes, algorithmOf(descriptor.digest));
  if (digest !== descriptor.digest) return different(file, digest);
  const content = { mediaType: descriptor.mediaType, bytes };
  try {
    return { descriptor, content, manifest: parseManifest(bytes, file) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return {
      subject: file,
      expected: 'a manifest or index of OCI or Docker schema 2',
      fix: rebuild,
    };
  }
}

/** What is wrong with a blob, or undefined when it is there, whole and as its digest says. */
export async function checkLayoutBlob(
  folder: string,
  descriptor: Descriptor,
): Promise<Problem | undefined> {
  const file = blobPath(descriptor.digest);
  const size = await trySize(join(folder, file));
  if (size === undefined) return absent(file, descriptor);
  if (size !== descriptor.size) {
    const expected = `${descriptor.size} bytes`;
    return { subject: file, given: `${size} bytes`, expected, fix: rebuild };
  }
  const algorithm = algorithmOf(descriptor.digest);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(join(folder, file)), hash);
  const digest = digestOf(hash.digest('hex'), algorithm);
  return digest === descriptor.digest ? undefined : different(file, digest);
}

function absent(file: string, { size, mediaType }: Descriptor): Problem {
  return { subject: file, expected: `a file of ${size} bytes (${mediaType})`, fix: rebuild };
}

function different(file: string, digest: Digest): Problem {
  return {
    subject: file,
    given: digest,
    expected: 'content with the digest of its name',
    fix: rebuild,
  };
}

async function tryRead(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function trySize(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}
