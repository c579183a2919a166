import { isTag, tryParseDigest, type Digest, type Tag } from '@slipway/core/image-ref';
import {
  RegistryError,
  computeDigest,
  type FetchedManifest,
  type ManifestContent,
  type RegistryClient,
} from '@slipway/io/registry';

/** What happens to a request: a test sets what it needs. */
export interface RegistryHooks {
  /** What a read answers in place of what is there; for registries that are behind. */
  read: (reference: string, current: FetchedManifest | undefined) => FetchedManifest | undefined;
  /** Before a write is done; what it throws is the registry's answer. */
  beforePut: (reference: string) => void;
  /** After a write was done; what it throws takes the place of the answer. */
  afterPut: (reference: string) => void;
}

/** A registry of manifests without a network: its client, and both sides of it for the test. */
export interface RegistryInMemory {
  readonly client: RegistryClient;
  /** `GET test.00000001`, in the order in which they came. */
  readonly requests: readonly string[];
  readonly hooks: RegistryHooks;
  /** What each tag and digest stands for. */
  readonly manifests: Map<string, FetchedManifest>;
}

export interface RegistryTraits {
  /** A tag that is there is never written again. */
  readonly hasImmutableTags?: boolean;
  /** A manifest is refused until a blob was pushed. */
  readonly wantsBlob?: boolean;
}

/** One repository's worth of registry; methods that are not built throw. */
export function createRegistryInMemory(traits: RegistryTraits = {}): RegistryInMemory {
  const requests: string[] = [];
  const manifests = new Map<string, FetchedManifest>();
  const hooks: RegistryHooks = {
    read: (_reference, current) => current,
    beforePut: () => undefined,
    afterPut: () => undefined,
  };
  let hasBlob = traits.wantsBlob !== true;

  const put = (reference: Digest | Tag, content: ManifestContent): Digest => {
    requests.push(`PUT ${reference}`);
    hooks.beforePut(reference);
    if (!hasBlob) throw refuse('PUT', 400, 'MANIFEST_BLOB_UNKNOWN');
    const isName = tryParseDigest(reference) === undefined;
    if (isName && traits.hasImmutableTags === true && manifests.has(reference)) {
      throw refuse('PUT', 400, 'ImageTagAlreadyExistsException');
    }
    const { mediaType, bytes } = content;
    const digest = computeDigest(bytes);
    const stored = { mediaType, bytes, descriptor: { mediaType, digest, size: bytes.length } };
    manifests.set(reference, stored).set(digest, stored);
    hooks.afterPut(reference);
    return digest;
  };

  const open = (guard: () => void): RegistryClient => ({
    get stats() {
      const writes = requests.filter((line) => !line.startsWith('GET')).length;
      return { requests: requests.length, writes, retries: 0, bytesSent: 0 };
    },
    fetchManifest: async (_repository, reference) => {
      requests.push(`GET ${reference}`);
      await Promise.resolve();
      return hooks.read(reference, manifests.get(reference));
    },
    putManifest: async (_repository, reference, content) => {
      await Promise.resolve();
      guard();
      return { digest: put(reference, content) };
    },
    pushBlob: async () => {
      await Promise.resolve();
      guard();
      requests.push('PUT blob');
      hasBlob = true;
      return { state: 'uploaded', isConfirmed: true };
    },
    listTags: async (_repository, { last = '', limit = Infinity } = {}) => {
      requests.push(`GET tags after ${last}`);
      await Promise.resolve();
      const tags = [...manifests.keys()].filter(isTag);
      return tags
        .toSorted()
        .filter((name) => name > last)
        .slice(0, limit);
    },
    guardedBy: (inner) =>
      open(() => {
        guard();
        inner();
      }),
    resolve: notBuilt('resolve'),
    hasBlob: notBuilt('hasBlob'),
    fetchBlob: notBuilt('fetchBlob'),
    openBlob: notBuilt('openBlob'),
    isUnknown: notBuilt('isUnknown'),
    tryListAllTags: notBuilt('tryListAllTags'),
    listReferrers: notBuilt('listReferrers'),
    pushReferrer: notBuilt('pushReferrer'),
    close: () => undefined,
  });
  return { client: open(() => undefined), requests, hooks, manifests };
}

/** A registry that says no, or gives no answer that helps. */
export function refuse(method: string, status: number, code: string): RegistryError {
  const isTemporary = status >= 500;
  const isDenied = status === 401 || status === 403;
  const failure = isTemporary
    ? 'registry-unreachable'
    : isDenied
      ? 'registry-denied'
      : 'registry-refused';
  return new RegistryError(failure, `memory refused ${method}: ${status} ${code}`, {
    method,
    url: new URL('http://memory.example.com/'),
    status,
    registryMessages: [{ code, message: '' }],
    isTemporary,
  });
}

function notBuilt(name: string): () => never {
  return () => {
    throw new Error(`${name} is not built in the registry in memory`);
  };
}
