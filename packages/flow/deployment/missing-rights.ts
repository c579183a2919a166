import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { mapParallel } from '@slipway/core/parallel';
import { waitOf } from '@slipway/core/rollout';
import { ClusterError, type AccessRule, type Cluster, type Right } from '@slipway/io/cluster';
import { atOnce } from './at-once.js';
import { isPrunable } from './prune.js';
import { listWorkloads } from './workloads.js';

/**
 * Lets something ask the API about objects of a release. Where a right is missing, the error names every right
 * that the whole deployment would miss, so that one person grants them at once.
 *
 * @throws ClusterError `cluster-denied` with the rules to grant; else what `ask` throws
 */
export async function withMissingRights<T>(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isDenied(error)) throw error;
    const rules = await tryFindMissing(cluster, listRights(objects));
    throw rules.length === 0 ? error : describe(error, rules);
  }
}

function isDenied(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.code === 'cluster-denied' && error.status === 403;
}

/** Who may not even ask what is allowed has the first refusal to go by. */
async function tryFindMissing(
  cluster: Cluster,
  rights: readonly Right[],
): Promise<readonly AccessRule[]> {
  try {
    const rules = await mapParallel(atOnce, rights, (right) => cluster.findMissingRule(right));
    return rules.filter((rule) => rule !== undefined);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return [];
  }
}

/** What applying, awaiting and pruning these objects asks for, each once. */
function listRights(objects: readonly KubernetesObject[]): readonly Right[] {
  const rights = [...objects.flatMap(rightsTo), ...rightsToWatch(objects)];
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}

function rightsTo(object: KubernetesObject): readonly Right[] {
  const { apiVersion, kind, namespace } = identify(object);
  const verbs = [
    ...['get', 'create', 'patch'],
    ...(isPrunable(object) ? ['delete'] : []),
    ...(waitOf(object) === 'never' ? [] : ['list', 'watch']),
  ];
  return verbs.map((verb) => rightTo(verb, apiVersion, kind, namespace));
}

/** By its pods and events a release is judged. */
function rightsToWatch(objects: readonly KubernetesObject[]): readonly Right[] {
  return listWorkloads(objects).flatMap(({ kind, namespace }) => {
    const core = (verb: string, of: string): Right => rightTo(verb, 'v1', of, namespace);
    const watched = ['list', 'watch'];
    return [
      ...watched.flatMap((verb) => [core(verb, 'Pod'), core(verb, 'Event')]),
      { ...core('get', 'Pod'), subresource: 'log' },
      ...(kind === 'StatefulSet' ? [core('delete', 'Pod')] : []),
      ...(kind === 'Deployment'
        ? watched.map((verb) => rightTo(verb, 'apps/v1', 'ReplicaSet', namespace))
        : []),
    ];
  });
}

function rightTo(verb: string, apiVersion: string, kind: string, namespace?: string): Right {
  const type = { apiVersion, kind };
  return { verb, type, ...(namespace === undefined ? {} : { namespace }) };
}

function describe(error: ClusterError, rules: readonly AccessRule[]): ClusterError {
  const rest = rules.length === 1 ? '' : `; ${rules.length} rights are missing in all`;
  return new ClusterError('cluster-denied', `${error.message}${rest}`, {
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    problems: error.problems,
    cause: error,
    fix: `Grant ${formatRules(rules)}.`,
  });
}

/**
 * Rules ready for a Role, those of a group with the same verbs as one.
 *
 * @example formatRules(rules)
 * // 'a Role in namespace shop with {apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"]}'
 */
function formatRules(rules: readonly AccessRule[]): string {
  const places = Map.groupBy(rules, ({ namespace }) => namespace);
  return [...places]
    .map(([namespace, own]) => {
      const where = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`;
      return `${where} with ${formatPlace(own)}`;
    })
    .join('; and ');
}

function formatPlace(rules: readonly AccessRule[]): string {
  const kinds = Map.groupBy(rules, ({ group, resource }) => `${group}/${resource}`);
  const merged = Map.groupBy(kinds.values(), (own) => {
    const verbs = own.map(({ verb }) => JSON.stringify(verb)).join(', ');
    return JSON.stringify([own[0]?.group, verbs]);
  });
  return [...merged.values()]
    .map((groups) => {
      const [first = []] = groups;
      const resources = groups.map(([one]) => JSON.stringify(one?.resource)).join(', ');
      const verbs = first.map(({ verb }) => JSON.stringify(verb)).join(', ');
      const group = JSON.stringify(first[0]?.group ?? '');
      return `{apiGroups: [${group}], resources: [${resources}], verbs: [${verbs}]}`;
    })
    .join(', ');
}
