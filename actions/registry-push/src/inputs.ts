import { SlipwayError, invalidInput } from '@slipway/core/errors';
import { parseRepository, parseTag, type Repository, type Tag } from '@slipway/core/image-ref';
import type { ImageSource } from '@slipway/flow/image-source';
import { readRegistryInputs, type InputReader } from '@slipway/flow/runtime';
import { imageStores, parseStoredReference } from '@slipway/io/engine';
import { tagPolicies, type RegistryOptions, type TagPolicy } from '@slipway/io/registry';

export interface Inputs {
  readonly source: ImageSource;
  readonly image: Repository;
  readonly tags: readonly Tag[];
  readonly tagPolicy: TagPolicy;
  /** Files, or patterns of them, from the workspace. */
  readonly evidence: readonly string[];
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  readonly registry: RegistryOptions;
}

export function readInputs(read: InputReader): Inputs {
  const service = read.tryService();
  return {
    source: read.required('source', parseSource),
    image: read.required('image', parseRepository, service?.settings?.image),
    tags: read.list('tags', parseTag),
    tagPolicy: read.choice('tag-policy', tagPolicies, 'fail'),
    evidence: read.list('evidence', (path) => path),
    timeoutMs: read.duration('timeout', '30m'),
    isDryRun: read.boolean('dry-run', false),
    registry: readRegistryInputs(read),
  };
}

const enginePattern = new RegExp(`^(?<store>${imageStores.join('|')}):(?<reference>.*)$`);
/** Names that skopeo has for what is found out by looking. */
const filesPattern = /^(?:oci|oci-archive|docker-archive):(?<files>.*)$/;
const otherPattern = /^(?:docker|dir|ostree|sif|tarball|atomic|https?|file):/;
const archivePattern = /^(?<path>.+?\.(?:tar|tar\.gz|tgz))(?::(?<refName>.*))?$/;
const folderPattern = /^(?<path>[^:]+)(?::(?<refName>.*))?$/;
/** OCI image specification, annotation org.opencontainers.image.ref.name; a digest is one, too. */
const refNamePattern = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,511}$/;
const forms =
  'a folder or archive (out/image, image.tar, image.tar:name), docker-daemon:name:tag or containers-storage:name:tag';

/**
 * Reads the input `source`.
 *
 * @example parseSource('out/image:1.4.0', 'source') // { kind: 'files', path: 'out/image', refName: '1.4.0' }
 * @example parseSource('docker-daemon:orders', 'source') // { kind: 'engine', store: 'docker-daemon', reference: 'orders:latest' }
 * @throws SlipwayError `invalid-input`
 */
export function parseSource(text: string, subject: string): ImageSource {
  const refuse = (expected: string, fix: string): Error =>
    invalidInput([{ subject, given: text, expected, fix }]);
  const { store, reference = '' } = enginePattern.exec(text)?.groups ?? {};
  const engine = imageStores.find((each) => each === store);
  if (engine !== undefined) {
    const stored = tryParseStored(reference, subject);
    if (stored !== undefined) return { kind: 'engine', store: engine, reference: stored };
    throw refuse(
      `${engine}:name:tag, with the name of an image as the engine lists it, or ${engine}:sha256:<id>`,
      'Write the name in lower case, and leave out what is not part of it.',
    );
  }
  if (otherPattern.test(text)) {
    throw refuse(
      forms,
      'Save the image into an archive first; what is in a registry already is copied by promote-to-prod.',
    );
  }
  const { files = text } = filesPattern.exec(text)?.groups ?? {};
  const found = archivePattern.exec(files) ?? folderPattern.exec(files);
  const { path, refName } = found?.groups ?? {};
  if (path === undefined) throw refuse(forms, 'Write the path before the colon.');
  if (refName === undefined) return { kind: 'files', path };
  if (refNamePattern.test(refName)) return { kind: 'files', path, refName };
  throw refuse(
    'after the colon the name, the tag or the digest of one image',
    `Write ${path}:<name>, or ${path} alone where it holds one image.`,
  );
}

function tryParseStored(reference: string, subject: string): string | undefined {
  try {
    return parseStoredReference(reference, subject);
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
