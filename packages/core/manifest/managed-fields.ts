import {
  existingFields,
  hasField,
  uniteFields,
  withoutField,
  type FieldPath,
  type FieldSet,
} from './field-set.js';
import { recordAt, recordsAt, textAt, type JsonRecord } from './fields.js';
import type { KubernetesObject } from './kubernetes-object.js';

/** Who manages which fields of an object, by the API’s own record. */
export interface FieldManager {
  readonly name: string;
  readonly operation: string;
  /** The version of the kind in which the fields are named. */
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly fields: FieldSet;
  readonly entry: JsonRecord;
}

/** One step of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'replace' | 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** What kubectl’s client-side apply remembers: the next one would compare with it. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

export function readFieldManagers(object: KubernetesObject): readonly FieldManager[] {
  return recordsAt(object, 'metadata', 'managedFields').map((entry) => ({
    name: textAt(entry, 'manager') ?? '',
    operation: textAt(entry, 'operation') ?? '',
    apiVersion: textAt(entry, 'apiVersion') ?? '',
    subresource: textAt(entry, 'subresource'),
    fields: recordAt(entry, 'fieldsV1') ?? {},
    entry,
  }));
}

/** Programs with which people and pipelines deploy, by the names that they give themselves. */
const clients = /^(?:kubectl(?:-.+)?|helm\d?|werf|kapp-server|k9s|before-first-apply)$/i;
const prefixedClients = /^(?:terraform|hashicorp|pulumi-kubernetes)/i;
/** They run on and would take back at once what is taken from them. */
const controllers =
  /^(?:kube-.+|kubelet|manager|argocd.*|flux.*|vpa-.+)$|-(?:controller|controller-manager|operator|autoscaler)$/;

/**
 * Who deployed these objects and is done with it: programs known for that, and whoever made one of the workloads.
 * Controllers never count.
 *
 * @example findDeployers([deployment]) // Set { 'kubectl-client-side-apply', 'kubectl-edit' }
 */
export function findDeployers(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const names = objects.flatMap((object) =>
    readFieldManagers(object)
      .filter((manager) => isAboutSpec(manager) && !controllers.test(manager.name))
      .filter((manager) => isClient(manager) || isMaker(object, manager))
      .map(({ name }) => name),
  );
  return new Set(names);
}

function isClient({ name }: FieldManager): boolean {
  return clients.test(name) || prefixedClients.test(name);
}

/** A pod template together with a selector or a schedule: only who made a workload has both. */
function isMaker({ metadata }: KubernetesObject, { fields }: FieldManager): boolean {
  if (metadata.ownerReferences?.some(({ controller }) => controller === true) === true)
    return false;
  return (
    (hasField(fields, ['f:spec', 'f:selector']) && hasField(fields, ['f:spec', 'f:template'])) ||
    (hasField(fields, ['f:spec', 'f:schedule']) && hasField(fields, ['f:spec', 'f:jobTemplate']))
  );
}

/** What controllers report is theirs; also `scale` is about what somebody asked for. */
function isAboutSpec({ subresource }: FieldManager): boolean {
  return subresource === undefined || subresource === 'scale';
}

/** All fields that somebody asked for who is not a controller. */
export function requestedFields(object: KubernetesObject): FieldSet {
  const managers = readFieldManagers(object).filter(
    (manager) => isAboutSpec(manager) && !controllers.test(manager.name),
  );
  return uniteFields(managers.map((manager) => fieldsIn(object, manager)));
}

/** In the version that the object was read in. */
function fieldsIn(object: KubernetesObject, { apiVersion, fields }: FieldManager): FieldSet {
  return apiVersion === object.apiVersion ? fields : existingFields(object, fields);
}

export interface TakeOverOptions {
  readonly from: ReadonlySet<string>;
  readonly to: string;
  /** Fields that belong to nobody from then on. */
  readonly leave: readonly FieldPath[];
}

/**
 * How all that some managers manage becomes what one manager has applied, as client-go’s csaupgrade does it:
 * what its next apply does not have then disappears. Nothing but metadata changes, and the write fails when the
 * object changed meanwhile.
 *
 * @returns undefined when there is nothing to take
 */
export function planTakeOver(
  object: KubernetesObject,
  { from, to, leave }: TakeOverOptions,
): readonly PatchOperation[] | undefined {
  const { resourceVersion, annotations } = object.metadata;
  const managers = readFieldManagers(object);
  const isOwn = ({ name, operation, subresource }: FieldManager): boolean =>
    name === to && operation === 'Apply' && subresource === undefined;
  const taken = managers.filter((manager) => isAboutSpec(manager) && from.has(manager.name));
  if (taken.length === 0 || resourceVersion === undefined) return undefined;
  const merged = [...managers.filter(isOwn), ...taken];
  const fields = uniteFields(merged.map((manager) => fieldsIn(object, manager)));
  const forgotten: FieldPath = ['f:metadata', 'f:annotations', `f:${lastAppliedAnnotation}`];
  const times = merged.flatMap(({ entry }) => textAt(entry, 'time') ?? []).toSorted();
  const entry = {
    manager: to,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: [forgotten, ...leave].reduce(withoutField, fields),
    ...(times.length === 0 ? {} : { time: times.at(-1) }),
  };
  const others = managers.filter((manager) => !merged.includes(manager));
  const value = [...others.map((other) => other.entry), entry];
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/metadata/managedFields', value }, // also where there is no record yet
    ...(annotations?.[lastAppliedAnnotation] === undefined
      ? []
      : [
          {
            op: 'remove',
            path: `/metadata/annotations/${escapePointer(lastAppliedAnnotation)}`,
          } as const,
        ]),
  ];
}

/** RFC 6901. */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
