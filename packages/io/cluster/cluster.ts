import type { KubernetesObject, ObjectIdentity, PatchOperation } from '@slipway/core/manifest';

/** A kind that can be listed and watched: `{ apiVersion: 'apps/v1', kind: 'Deployment' }`. */
export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly KubernetesObject[];
}

export type WatchEvent =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: KubernetesObject }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Take fields that other managers own (`conflicts: take`). */
  readonly force?: boolean;
  /** Ask the server to check and answer, and to store nothing. */
  readonly dryRun?: boolean;
}

export interface ServiceRequest {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service's port. */
  readonly port: string;
  /** With the leading slash, and the query if there is one. */
  readonly path: string;
  readonly timeoutMs: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The log of the run before the current one. */
  readonly previous: boolean;
  readonly tailLines: number;
}

/** One thing that one may do with all objects of a kind. */
export interface Right {
  /** As RBAC names it: `get`, `list`, `watch`, `create`, `patch`, `delete`. */
  readonly verb: string;
  readonly type: ResourceType;
  /** Absent for what belongs to no namespace. */
  readonly namespace?: string;
  /** `log` of pods. */
  readonly subresource?: string;
}

/** A right as a rule of RBAC says it. */
export interface AccessRule {
  /** `apps`; empty for the core group. */
  readonly group: string;
  /** `deployments`, `pods/log` */
  readonly resource: string;
  readonly verb: string;
  readonly namespace: string | undefined;
}

/**
 * One Kubernetes API, with the credentials of one context. Every method throws `ClusterError`
 * (a `SlipwayError` with the HTTP `status` and the API's machine `reason`) except where it says otherwise.
 */
export interface Cluster {
  /** The context's name and the server's URL, for people. */
  readonly context: string;
  readonly server: string;
  /** The object, or undefined when it (or its kind) does not exist. */
  get(identity: ObjectIdentity): Promise<KubernetesObject | undefined>;
  list(type: ResourceType, options?: ListOptions): Promise<ObjectList>;
  /**
   * What happens after `resourceVersion`, until the signal is aborted (then it ends quietly) or the server
   * ends the stream. A version that is too old throws ClusterError with status 410: list again.
   */
  watch(
    type: ResourceType,
    options: ListOptions & { readonly resourceVersion: string; readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent>;
  /** With `dryRun` the server checks and answers, and stores nothing: status 409 where the object is there. */
  create(
    object: KubernetesObject,
    options?: { readonly dryRun?: boolean },
  ): Promise<KubernetesObject>;
  /** Replaces by `metadata.resourceVersion`: status 409 when it changed meanwhile. */
  replace(object: KubernetesObject): Promise<KubernetesObject>;
  /** Server-side apply (PATCH application/apply-patch+yaml) with strict field validation. */
  apply(object: KubernetesObject, options: ApplyOptions): Promise<KubernetesObject>;
  /** All steps of a JSON patch or none. One that replaces the resourceVersion is refused with 409 when it changed. */
  patch(
    identity: ObjectIdentity,
    operations: readonly PatchOperation[],
    options: { readonly fieldManager: string },
  ): Promise<KubernetesObject>;
  /** False when there was nothing to delete (or, with `uid`, it is another object). Dependents go in the background. */
  remove(
    identity: ObjectIdentity,
    options?: { readonly dryRun?: boolean; readonly uid?: string },
  ): Promise<boolean>;
  /**
   * Asks whether these credentials have a right.
   *
   * @returns the rule that is missing; undefined when the right is there, or the API does not know the kind
   */
  findMissingRule(right: Right): Promise<AccessRule | undefined>;
  /** True when the kind lives in a namespace. Undefined when the API does not know the kind. */
  isNamespaced(type: ResourceType): Promise<boolean | undefined>;
  /** The last lines of a container's log; '' when there is none (yet). */
  readLog(request: LogRequest): Promise<string>;
  /**
   * GET through the API server's service proxy. An answer of the service, whatever its status, is not an
   * error; nor is a service without ready endpoints (status 503, the API's sentence as body) or one that does
   * not answer in time (504).
   */
  requestService(request: ServiceRequest): Promise<ServiceAnswer>;
  /**
   * The same API for who may lose the right to write: `guard` is called right before each request that writes
   * leaves, also before each that is sent again. Where it throws, nothing is sent, and that is what is thrown.
   *
   * @example cluster.guardedBy(() => lock.assertHeld())
   */
  guardedBy(guard: () => void): Cluster;
  close(): Promise<void>;
}
