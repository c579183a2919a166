import { isRecord, recordAt, valueAt, type JsonRecord } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';
import { groupOf } from './parse-manifests.js';

/** A field that the API server does not let anybody change. */
export interface ImmutableChange {
  /** What cannot be changed, what it has and what the manifests say. */
  readonly sentence: string;
  readonly fix: string;
}

interface Rule {
  /** Paths that cannot change; `spec.*`: all of it but `except`. */
  readonly fields: readonly string[];
  readonly except?: readonly string[];
  readonly fix: (object: KubernetesObject) => string;
}

const anotherName = ({ kind }: KubernetesObject): string =>
  `Give the ${kind} another name: the old one is then deleted by the next deployment.`;

const deleteFirst = (object: KubernetesObject): string =>
  `Delete it, then deploy again: ${deleteCommand(object)}`;

const replaceWorkload = (object: KubernetesObject): string =>
  `Give it another name, or delete it and deploy again; its pods run on meanwhile: ${deleteCommand(object)} --cascade=orphan`;

const rules: readonly (readonly [group: string, kinds: string, rule: Rule])[] = [
  ['apps', 'Deployment ReplicaSet DaemonSet', { fields: ['spec.selector'], fix: replaceWorkload }],
  [
    'apps',
    'StatefulSet',
    {
      fields: ['spec.*'],
      except: [
        ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
        ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
      ],
      fix: replaceWorkload,
    },
  ],
  [
    'batch',
    'Job',
    {
      fields: ['spec.template', 'spec.selector', 'spec.completions', 'spec.completionMode'],
      fix: anotherName,
    },
  ],
  ['', 'Service', { fields: ['spec.clusterIP', 'spec.clusterIPs'], fix: deleteFirst }],
  [
    '',
    'PersistentVolumeClaim',
    {
      fields: ['spec.*'],
      fix: () =>
        'A claim can only grow, where its StorageClass allows it: make another one, and copy the data.',
    },
  ],
  ['', 'PersistentVolume', { fields: ['spec.*'], fix: anotherName }],
  [
    '',
    'ConfigMap',
    {
      fields: ['data', 'binaryData', 'immutable'],
      fix: () =>
        'Give the ConfigMap another name when it changes, as kustomize does with a hash of its content.',
    },
  ],
  ['', 'Pod', { fields: ['spec.*'], fix: deleteFirst }],
  [
    'storage.k8s.io',
    'StorageClass',
    {
      fields: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
      fix: anotherName,
    },
  ],
  ['scheduling.k8s.io', 'PriorityClass', { fields: ['value'], fix: anotherName }],
  [
    'rbac.authorization.k8s.io',
    'RoleBinding ClusterRoleBinding',
    { fields: ['roleRef'], fix: deleteFirst },
  ],
  [
    'apiextensions.k8s.io',
    'CustomResourceDefinition',
    { fields: ['spec.scope', 'spec.group', 'spec.names.kind'], fix: anotherName },
  ],
];

/** How the API server’s validations say that something is as it is. */
const saysImmutable =
  /immutable|may not be changed|cannot be changed|cannot change|updates to .* (?:for fields other than|are forbidden)|can ?not be less than|may not change fields other than|pod updates may not change/i;

/**
 * Why an object that is live cannot become what the manifests say, in one sentence.
 *
 * @param said what the API server answered
 * @returns undefined when it is about something else
 * @example explainImmutable(live, wanted, 'spec.selector: … field is immutable')
 * // { sentence: 'Deployment shop/catalog: spec.selector cannot be changed from {"app":"a"} to {"app":"b"}', fix: … }
 */
export function explainImmutable(
  live: KubernetesObject,
  wanted: KubernetesObject,
  said: string,
): ImmutableChange | undefined {
  if (!saysImmutable.test(said)) return undefined;
  const group = groupOf(wanted);
  const rule = rules.find(
    ([of, kinds]) => of === group && kinds.split(' ').includes(wanted.kind),
  )?.[2];
  if (rule === undefined) return undefined;
  const changes = listFields(rule, live, wanted)
    .filter((path) => !isWithin(readPath(wanted, path), readPath(live, path)))
    .map((path) => describeChange(path, readPath(live, path), readPath(wanted, path)));
  if (changes.length === 0) return undefined;
  const sentence = `${formatIdentity(identify(wanted))}: ${changes.join('; ')}`;
  return { sentence, fix: rule.fix(wanted) };
}

function listFields(
  { fields, except = [] }: Rule,
  live: KubernetesObject,
  wanted: KubernetesObject,
): readonly string[] {
  return fields.flatMap((field) => {
    if (!field.endsWith('.*')) return [field];
    const parent = field.slice(0, -2);
    const keys = [live, wanted].flatMap((object) => Object.keys(recordAt(object, parent) ?? {}));
    return [...new Set(keys)]
      .filter((key) => !except.includes(key))
      .map((key) => `${parent}.${key}`);
  });
}

function readPath(object: KubernetesObject, path: string): unknown {
  return valueAt(object, ...path.split('.'));
}

/** Whether nothing is asked for that is not there; what the API server filled in does not count. */
function isWithin(wanted: unknown, live: unknown): boolean {
  if (wanted === undefined || wanted === null) return true;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return false;
    const items: readonly unknown[] = live;
    return wanted.every((item: unknown, index) => isWithin(item, items[index]));
  }
  if (!isRecord(wanted)) return wanted === live;
  return isRecord(live) && hasAll(wanted, live);
}

function hasAll(wanted: JsonRecord, live: JsonRecord): boolean {
  return Object.entries(wanted).every(([key, value]) => isWithin(value, live[key]));
}

const longest = 60;
/** What a program is configured with is nobody’s business in a log. */
const untold: ReadonlySet<string> = new Set(['data', 'binaryData']);

function describeChange(path: string, from: unknown, to: unknown): string {
  const [before, after] = [show(from), show(to)];
  return untold.has(path) || before === undefined || after === undefined || before === after
    ? `${path} cannot be changed`
    : `${path} cannot be changed from ${before} to ${after}`;
}

/** @returns undefined when it is too long for a sentence */
function show(value: unknown): string | undefined {
  const text =
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? undefined : text;
}

function deleteCommand({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return `kubectl${where} delete ${kind.toLowerCase()} ${name}`;
}
