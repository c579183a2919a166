import { formatIdentity, type ObjectIdentity, type Phase } from '@slipway/core/manifest';
import type { FailureCode, Problem } from '@slipway/core/errors';
import { ClusterError, type FieldConflict } from '@slipway/io/cluster';
import { serviceOf } from './field-manager.js';

/** An object that the server would not take, and why. */
export interface Refusal {
  readonly identity: ObjectIdentity;
  readonly error: ClusterError;
}

/** One error for all that is wrong in a phase; a right that is missing comes before what is wrong in objects. */
export function describeRefusals(
  { name, objects }: Phase,
  refusals: readonly Refusal[],
): ClusterError {
  const codes: readonly FailureCode[] = ['cluster-denied', 'cluster-refused', 'apply-conflict'];
  const first =
    codes
      .map((code) => refusals.find(({ error }) => error.code === code))
      .find((refusal) => refusal !== undefined) ?? refusals[0];
  const said = refusals.map(({ error }) => error.message).join('; ');
  const message =
    refusals.length === 1
      ? `nothing of the phase ${name} was written: ${said}`
      : `${refusals.length} of ${objects.length} objects of the phase ${name} are refused, none was written: ${said}`;
  const fix = refusals.length === 1 ? refusals.map(computeFix)[0] : undefined;
  return new ClusterError(first?.error.code ?? 'cluster-refused', message, {
    problems: refusals.map(describeRefusal),
    conflicts: refusals.flatMap(({ error }) => error.conflicts),
    ...(first?.error.status === undefined ? {} : { status: first.error.status }),
    ...(first?.error.reason === undefined ? {} : { reason: first.error.reason }),
    ...(fix === undefined ? {} : { fix }),
  });
}

/** The same refusal, with fewer managers in the way. */
export function describeConflict(
  identity: ObjectIdentity,
  conflicts: readonly FieldConflict[],
  { status, reason }: ClusterError,
): ClusterError {
  const owners = conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`);
  return new ClusterError(
    'apply-conflict',
    `${formatIdentity(identity)} has fields that others manage: ${owners.join(', ')}`,
    {
      conflicts,
      ...(status === undefined ? {} : { status }),
      ...(reason === undefined ? {} : { reason }),
    },
  );
}

function describeRefusal(refusal: Refusal): Problem {
  const { identity, error } = refusal;
  const fix = computeFix(refusal);
  const isConflict = error.code === 'apply-conflict';
  const owners = error.conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`);
  return {
    subject: formatIdentity(identity),
    given: isConflict ? owners.join(', ') : error.message,
    expected: isConflict
      ? 'fields that no other field manager owns'
      : 'an object that the cluster accepts',
    ...(fix === undefined ? {} : { fix }),
  };
}

function computeFix({ error }: Refusal): string | undefined {
  if (error.code === 'apply-conflict') {
    const services = new Set(error.conflicts.flatMap(({ manager }) => serviceOf(manager) ?? []));
    if (services.size > 0) {
      return `The service ${[...services].join(', ')} has this object, too: leave it in the manifests of one of them.`;
    }
    return 'Take the fields over with conflicts: take, or remove them from the manifests.';
  }
  if (error.fix === undefined && error.message.includes('immutable')) {
    return 'Give the object another name, or delete it first: what it has cannot be changed.';
  }
  return error.fix;
}
