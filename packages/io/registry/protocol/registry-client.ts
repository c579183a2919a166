import type { Readable } from 'node:stream';
import type { Digest, Repository, Tag } from '@slipway/core/image-ref';

/** What points to content (OCI image specification, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The content itself in base64, where it is small. */
  readonly data?: string;
  readonly platform?: Readonly<Record<string, unknown>>;
  /** Where content that registries do not keep can be had. */
  readonly urls?: readonly string[];
}

/** A manifest or index as it is stored: its exact bytes, and the media type to send them with. */
export interface ManifestContent {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface FetchedManifest extends ManifestContent {
  readonly descriptor: Descriptor;
}

/** A blob that is wanted; with a size it is checked as well as the digest. */
export interface BlobIdentity {
  readonly digest: Digest;
  readonly size?: number;
}

/** A blob that can be sent, as often as it must be. */
export interface BlobSource {
  readonly digest: Digest;
  readonly size: number;
  /** Opens the content from its beginning; called again for each attempt. */
  readonly open: () => Readable | Promise<Readable>;
  /**
   * What is known of it: `absent` saves the question, for content that is only this image’s; with `likely-absent`
   * the upload is opened while the question is on its way.
   */
  readonly presence?: 'absent' | 'likely-absent';
  /** Told of every piece that was handed to the connection, in bytes; of some twice when it is sent again. */
  readonly onSent?: (bytes: number) => void;
  /** The path of a repository in the same registry that has it and may let it be mounted from there. */
  readonly mountFrom?: string;
}

/** What became of a blob that was to be in a repository. */
export interface BlobReceipt {
  readonly state: 'present' | 'mounted' | 'uploaded';
  /** Whether the registry has shown it, or named its digest in the answer; else it is to be looked for. */
  readonly isConfirmed: boolean;
}

export interface ManifestReceipt {
  readonly digest: Digest;
  /** The subject that the registry says it indexed (`OCI-Subject`); absent when it has no referrers API. */
  readonly subject?: Digest;
}

export interface TagListOptions {
  /** Only tags after this one, in the order of their bytes. */
  readonly last?: string;
  /** No more tags than this. */
  readonly limit?: number;
}

export interface ReferrerListOptions {
  readonly artifactType?: string;
  /** All tags of the repository where they are known: a fallback tag that is not among them is not asked for. */
  readonly tags?: Promise<ReadonlySet<string> | undefined>;
}

/** What was said to registries so far. */
export interface RegistryStats {
  /** Every HTTP request, also those for tokens and those that were repeated. */
  readonly requests: number;
  /** Requests that can change something: POST, PUT, PATCH, DELETE to a registry. */
  readonly writes: number;
  readonly retries: number;
  /** Bytes of blobs and manifests that were sent. */
  readonly bytesSent: number;
}

/**
 * The OCI distribution protocol, for any number of registries. What does not exist is `undefined`; every
 * other refusal is a SlipwayError `registry-unreachable`, `registry-denied`, `registry-refused` or
 * `registry-corrupt` (bytes that are not what their digest says).
 */
export interface RegistryClient {
  readonly stats: RegistryStats;

  /**
   * What a tag or digest stands for, without reading it: one HEAD where the registry answers with a digest.
   *
   * @param access `push` where something will be written there, so that one token serves for all, and for a
   * repository that is not there yet: some services give nobody the right to read what does not exist
   */
  resolve(
    repository: Repository,
    reference: Digest | Tag,
    access?: 'pull' | 'push',
  ): Promise<Descriptor | undefined>;
  /** The manifest's exact bytes, their digest proven: one GET. */
  fetchManifest(
    repository: Repository,
    reference: Digest | Tag,
  ): Promise<FetchedManifest | undefined>;
  /**
   * Stores a manifest under a tag, or under its own digest.
   *
   * @param beforeRetry asked before each attempt after the first; where it throws there is none
   * @throws SlipwayError `registry-corrupt` when the registry stored something else
   */
  putManifest(
    repository: Repository,
    reference: Digest | Tag,
    manifest: ManifestContent,
    beforeRetry?: () => Promise<void>,
  ): Promise<ManifestReceipt>;

  /** One HEAD. */
  hasBlob(repository: Repository, digest: Digest): Promise<boolean>;
  /**
   * A whole blob in memory, its digest proven.
   *
   * @throws SlipwayError `not-found`; `registry-refused` when it is larger than `maxBytes`
   */
  fetchBlob(repository: Repository, blob: BlobIdentity, maxBytes: number): Promise<Uint8Array>;
  /**
   * A blob as it comes, from the byte `start` on. A connection that breaks is mended by asking for the rest; the
   * stream ends with an error when the whole content is not what its digest says.
   */
  openBlob(repository: Repository, blob: BlobIdentity, start?: number): Promise<Readable>;
  /**
   * Puts a blob there unless it is there: a mount where there is something to mount from; else HEAD, POST and one
   * streamed PUT. Where that is too large for what stands before the registry (413) it goes in chunks, of which
   * one is kept in memory.
   */
  pushBlob(repository: Repository, blob: BlobSource): Promise<BlobReceipt>;

  /** Tags in the registry's order; none when there is no such repository. */
  listTags(repository: Repository, options?: TagListOptions): Promise<readonly Tag[]>;

  /** Whether the registry says that it has no such repository: one GET. Where it does not say, there may be one. */
  isUnknown(repository: Repository): Promise<boolean>;
  /**
   * All tags, where the registry tells them in one answer; undefined where there are more, or it does not list
   * them: one GET.
   */
  tryListAllTags(repository: Repository): Promise<ReadonlySet<string> | undefined>;

  /** What refers to a digest: by the referrers API, or the fallback tag where there is none. */
  listReferrers(
    repository: Repository,
    digest: Digest,
    options?: ReferrerListOptions,
  ): Promise<readonly Descriptor[]>;
  /** Stores a manifest that has a `subject`, by digest, and lists it under the fallback tag where that is needed. */
  pushReferrer(repository: Repository, manifest: ManifestContent): Promise<Descriptor>;

  /**
   * The same registries for who may lose the right to write: `guard` is called right before each request that
   * writes leaves, also before each that is sent again. Where it throws, nothing is sent, and that is what is thrown.
   *
   * @example client.guardedBy(() => lock.assertHeld())
   */
  guardedBy(guard: () => void): RegistryClient;

  /** Ends the connections that are kept open. */
  close(): void;
}
