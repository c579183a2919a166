import type { KubernetesObject, ObjectIdentity } from '@slipway/core/manifest';

/** The annotation of the Lease that says what of the ledger is known to be written: `<sequence>@<digest>`. */
const ledgerAnnotation = 'slipway.dev/ledger';

/** Who holds: a run, and a token that makes each attempt to hold its own. */
export interface Holder {
  readonly repository: string;
  readonly runId: string;
  readonly attempt: number;
}

export function leaseIdentity(service: string, namespace: string): ObjectIdentity {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: `slipway-${service}`,
    namespace,
  };
}

/** What the Lease says, checked in shape; what is missing or of another kind counts as absent. */
export interface LeaseRecord {
  /** Absent when nobody holds it. */
  readonly holder: string | undefined;
  readonly durationMs: number | undefined;
  readonly transitions: number;
  /** By the holder's clock: for people, never for decisions. */
  readonly heldSince: string | undefined;
  readonly renewedAt: string | undefined;
  readonly acknowledged: string | undefined;
  readonly resourceVersion: string;
}

export function readLease(lease: KubernetesObject): LeaseRecord {
  const spec = readSpec(lease);
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime } = spec;
  return {
    holder:
      typeof holderIdentity === 'string' && holderIdentity !== '' ? holderIdentity : undefined,
    durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : undefined,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    heldSince: typeof acquireTime === 'string' ? acquireTime : undefined,
    renewedAt: typeof renewTime === 'string' ? renewTime : undefined,
    acknowledged: lease.metadata.annotations?.[ledgerAnnotation],
    resourceVersion: lease.metadata.resourceVersion ?? '',
  };
}

function readSpec(lease: KubernetesObject): Readonly<Record<string, unknown>> {
  const { spec } = lease;
  return typeof spec === 'object' && spec !== null ? { ...spec } : {};
}

/** A Lease that nobody has made yet. */
export function newLease(
  identity: ObjectIdentity,
  holder: string,
  durationMs: number,
  now: Date,
): KubernetesObject {
  const { apiVersion, kind, ...metadata } = identity;
  const lease = { apiVersion, kind, metadata };
  return { ...lease, spec: { ...held(holder, durationMs, now), leaseTransitions: 0 } };
}

/** The Lease with another holder; annotations stay, so that what was acknowledged outlives its holder. */
export function withHolder(
  lease: KubernetesObject,
  holder: string,
  durationMs: number,
  now: Date,
): KubernetesObject {
  const leaseTransitions = readLease(lease).transitions + 1;
  return {
    ...lease,
    spec: { ...readSpec(lease), ...held(holder, durationMs, now), leaseTransitions },
  };
}

function held(holder: string, durationMs: number, now: Date): Readonly<Record<string, unknown>> {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: formatMicroTime(now),
    renewTime: formatMicroTime(now),
  };
}

export function withRenewal(lease: KubernetesObject, now: Date): KubernetesObject {
  return { ...lease, spec: { ...readSpec(lease), renewTime: formatMicroTime(now) } };
}

export function withAcknowledgement(lease: KubernetesObject, position: string): KubernetesObject {
  const annotations = { ...lease.metadata.annotations, [ledgerAnnotation]: position };
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}

export function withoutHolder(lease: KubernetesObject, now: Date): KubernetesObject {
  const renewTime = formatMicroTime(now);
  return { ...lease, spec: { ...readSpec(lease), holderIdentity: '', renewTime } };
}

/** The API's MicroTime wants six digits after the second. */
function formatMicroTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}

/** @example formatHolder({ repository: 'shop/orders', runId: '7', attempt: 1 }, 'c0ffee') // 'shop/orders/7/1/c0ffee' */
export function formatHolder({ repository, runId, attempt }: Holder, token: string): string {
  return `${repository}/${runId}/${attempt}/${token}`;
}

/** @example describeSince('2026-03-01T02:11:09.123000Z') // '2026-03-01T02:11:09Z' */
export function describeSince(microTime: string | undefined): string {
  return microTime?.replace(/\.\d+Z$/, 'Z') ?? 'an unknown time';
}

/**
 * @example describeHolder('shop/orders/7/1/c0ffee') // 'run 7 (attempt 1) of shop/orders'
 * @example describeHolder('laptop:ada@loom/4711/1/c0ffee') // 'ada on the machine loom (process 4711)'
 */
export function describeHolder(holder: string): string {
  const parts = /^(?<repository>.+)\/(?<run>[^/]+)\/(?<attempt>\d+)\/[^/]+$/.exec(holder)?.groups;
  if (parts === undefined) return holder;
  const { repository = '', run = '', attempt = '' } = parts;
  const { user, host } = /^laptop:(?<user>.+)@(?<host>[^@]+)$/.exec(repository)?.groups ?? {};
  if (user !== undefined && host !== undefined)
    return `${user} on the machine ${host} (process ${run})`;
  return `run ${run} (attempt ${attempt}) of ${repository}`;
}
