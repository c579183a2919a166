import type { Problem } from '../errors/index.js';
import { recordAt } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';
import { groupOf, refuseProblems } from './parse-manifests.js';
import { jobPhases, orderAnnotation, phaseAnnotation, phaseOf } from './phases.js';

type JobPhase = (typeof jobPhases)[number];

const hookAnnotation = 'helm.sh/hook';
const weightAnnotation = 'helm.sh/hook-weight';
/** When Helm deletes a hook is left out: a Job stays to be looked at until a bundle without it is live. */
const hookAnnotations = [
  ...[hookAnnotation, weightAnnotation],
  ...['helm.sh/hook-delete-policy', 'helm.sh/hook-output-log-policy'],
];

const phaseOfEvent: ReadonlyMap<string, JobPhase> = new Map([
  ['pre-install', 'migrations'],
  ['pre-upgrade', 'migrations'],
  ['post-install', 'after-available'],
  ['post-upgrade', 'after-available'],
  ['test', 'smoke-test'],
  ['test-success', 'smoke-test'],
]);

/** A rollback applies an older bundle, and a bundle is never uninstalled: nothing of theirs runs. */
const unusedEvents = ['pre-rollback', 'post-rollback', 'pre-delete', 'post-delete'];

/** What a hook may be besides a Job or a Pod: what its Job needs, and what is applied before any of them. */
const configurationPhases = ['namespaces and CRDs', 'configuration', 'services'];

export interface TranslatedHooks {
  readonly objects: readonly KubernetesObject[];
  /** A sentence for each hook that is not part of the bundle. */
  readonly notes: readonly string[];
}

/**
 * The objects of a chart with its hooks as Jobs of a phase: `pre-install` and `pre-upgrade` are migrations,
 * `post-install` and `post-upgrade` run once all is available, `test` is a smoke test; a Pod becomes a Job, and
 * the weight its order. What a hook’s Job needs (a ServiceAccount, a ConfigMap) is applied like any other. An
 * annotation `slipway.dev/phase` of its own wins. Hooks of a rollback or a deletion are left out.
 *
 * @example translateHelmHooks([jobWithHook]) // { objects: [job with slipway.dev/phase: migrations], notes: [] }
 * @throws SlipwayError `render-failed` with every hook that is unknown, belongs to more than one phase, would run
 * only the first time or never the first time, or is neither a Job nor a Pod nor configuration
 */
export function translateHelmHooks(objects: readonly KubernetesObject[]): TranslatedHooks {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const translated = objects.flatMap((object) => {
    const events = readEvents(object);
    if (events === undefined) return [object];
    const phase = choosePhase(object, events, problems);
    if (phase !== undefined) return translateHook(object, phase, problems);
    notes.push(
      `${formatIdentity(identify(object))} is left out: its hook ${events.join(', ')} never runs`,
    );
    return [];
  });
  refuseProblems(problems);
  return { objects: translated, notes };
}

/** Helm reads the list in any case, with spaces around its commas. */
function readEvents({ metadata }: KubernetesObject): readonly string[] | undefined {
  return metadata.annotations?.[hookAnnotation]
    ?.split(',')
    .map((event) => event.trim().toLowerCase())
    .filter((event) => event !== '');
}

/** Undefined for what never runs, and after a problem. */
function choosePhase(
  object: KubernetesObject,
  events: readonly string[],
  problems: Problem[],
): JobPhase | undefined {
  const written = object.metadata.annotations?.[phaseAnnotation];
  const chosen = jobPhases.find((phase) => phase === written);
  if (chosen !== undefined) return chosen;
  const used = events.filter((event) => !unusedEvents.includes(event));
  const subject = `${formatIdentity(identify(object))}, annotation ${hookAnnotation}`;
  const phases = new Set<JobPhase>();
  for (const given of used) {
    const phase = phaseOfEvent.get(given);
    if (phase !== undefined) phases.add(phase);
    else
      problems.push({ subject, given, expected: `one of ${[...phaseOfEvent.keys()].join(', ')}` });
  }
  const [phase] = phases;
  const half = phases.size === 1 && used.length > 0 ? findMissingHalf(used) : undefined;
  if (half !== undefined && isRun(object)) {
    problems.push({
      subject,
      given: used.join(', '),
      expected: `${half} as well: nobody knows here whether it is the first time`,
      fix: `If it may run at every deployment, say so: ${phaseAnnotation}: ${phase ?? ''}.`,
    });
  }
  if (phases.size > 1) {
    problems.push({
      subject,
      given: used.join(', '),
      expected: `hooks of one phase, and these are of ${[...phases].join(' and ')}`,
      fix: `Say when it runs: ${phaseAnnotation}: ${phase ?? ''}.`,
    });
  }
  return phase;
}

/** @example findMissingHalf(['pre-install']) // 'pre-upgrade' */
function findMissingHalf(events: readonly string[]): string | undefined {
  const has = (event: string): boolean => events.includes(event);
  for (const when of ['pre', 'post']) {
    const [install, upgrade] = [`${when}-install`, `${when}-upgrade`];
    if (has(install) !== has(upgrade)) return has(install) ? upgrade : install;
  }
  return undefined;
}

function translateHook(
  object: KubernetesObject,
  phase: JobPhase,
  problems: Problem[],
): readonly KubernetesObject[] {
  if (isKind(object, 'batch', 'Job')) return [annotate(object, object, phase)];
  if (isKind(object, '', 'Pod')) return [annotate(toJob(object), object, phase)];
  if (configurationPhases.includes(phaseOf(object))) return [annotate(object, object, undefined)];
  problems.push({
    subject: formatIdentity(identify(object)),
    given: `a hook of kind ${object.kind}`,
    expected: 'a Job, a Pod, or what they need: a ConfigMap, a ServiceAccount, a Role',
    fix: `Take the annotation ${hookAnnotation} out: then it is applied with the workloads.`,
  });
  return [];
}

/** What is only applied may be applied again. */
function isRun(object: KubernetesObject): boolean {
  return isKind(object, 'batch', 'Job') || isKind(object, '', 'Pod');
}

function isKind(object: KubernetesObject, group: string, kind: string): boolean {
  return object.kind === kind && groupOf(object) === group;
}

/** Without Helm’s annotations, and with what they mean. */
function annotate(
  object: KubernetesObject,
  { metadata: { annotations = {} } }: KubernetesObject,
  phase: JobPhase | undefined,
): KubernetesObject {
  const order = Number.parseInt(annotations[weightAnnotation] ?? '', 10) || 0;
  const wanted = {
    ...withoutHelm(annotations),
    ...(phase === undefined ? {} : { [phaseAnnotation]: phase }),
    ...(phase === undefined || order === 0 ? {} : { [orderAnnotation]: String(order) }),
  };
  const { annotations: former, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...present('annotations', wanted) } };
}

type Texts = Readonly<Record<string, string>>;

function withoutHelm(annotations: Texts): Texts {
  const entries = Object.entries(annotations).filter(([name]) => !hookAnnotations.includes(name));
  return Object.fromEntries(entries);
}

function present(field: string, texts: Texts): Readonly<Record<string, Texts>> {
  return Object.keys(texts).length === 0 ? {} : { [field]: texts };
}

/** A Pod cannot be waited for as a Job can; its containers run once, as Helm runs them. */
function toJob({ metadata, ...pod }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  const labelled = present('labels', labels);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...labelled },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { ...labelled, ...present('annotations', withoutHelm(annotations)) },
        spec: { ...recordAt(pod, 'spec'), restartPolicy: 'Never' },
      },
    },
  };
}
