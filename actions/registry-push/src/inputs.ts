import { invalidInput } from '@slipway/core/errors';
import { parseRepository, parseTag, type Repository, type Tag } from '@slipway/core/image-ref';
import { readRegistryInputs, type InputReader } from '@slipway/flow/runtime';
import { tagPolicies, type RegistryOptions, type TagPolicy } from '@slipway/io/registry';

/** Where the image is. */
export interface Source {
  /** The folder of an OCI image layout, relative to the workspace. */
  readonly folder: string;
  /** Which image of the layout, where it holds several. */
  readonly refName?: string;
}

export interface Inputs {
  readonly source: Source;
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

const otherSourcePattern =
  /^(?:docker-daemon|docker-archive|docker|oci-archive|oci|containers-storage|dir):|\.(?:tar|tgz|tar\.gz)$/;
const namedPattern = /^(?<folder>.+):(?<refName>[A-Za-z0-9][A-Za-z0-9._-]*)$/;

/**
 * Reads the input `source`.
 *
 * @example parseSource('out/image:1.4.0', 'source') // { folder: 'out/image', refName: '1.4.0' }
 * @throws SlipwayError `invalid-input` for an archive, or an image that an engine keeps
 */
export function parseSource(text: string, subject: string): Source {
  if (otherSourcePattern.test(text)) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected: 'the folder of an OCI image layout',
        fix: 'Build it with docker buildx build --output type=oci,tar=false,dest=out/image, or unpack the archive.',
      },
    ]);
  }
  const { folder = text, refName } = namedPattern.exec(text)?.groups ?? {};
  return { folder, ...(refName === undefined ? {} : { refName }) };
}
