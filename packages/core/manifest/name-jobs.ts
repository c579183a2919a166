import type { Digest } from '../image-ref/index.js';
import { canonicalJson } from '../canonical-json/index.js';
import type { Problem } from '../errors/index.js';
import { isRecord, recordsAt, type JsonRecord } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';
import { findConfigMapsOf } from './config-maps.js';
import { groupOf, refuseProblems } from './parse-manifests.js';
import { jobPhases, phaseAnnotation } from './phases.js';
import { podSpecOf } from './pod-template.js';

const hashLength = 8;
/** A Job's name becomes a label of its pods. */
const longestName = 63;
/** What the Job controller labels pods with: selectors may ask for it. */
const jobNameLabels: ReadonlySet<string> = new Set(['job-name', 'batch.kubernetes.io/job-name']);

/**
 * The objects with every Job named by what is in it: a Job cannot be changed, so another content is another Job,
 * and each content runs once; ConfigMaps that it reads belong to its content. Selectors and RBAC rules that name the Job follow it; CronJobs stay as they are.
 *
 * @example nameJobs([migrate], sha256) // [Job migrate-5f0c2a91]
 * @throws SlipwayError `render-failed` with every object whose annotation `slipway.dev/phase` means nothing
 */
export function nameJobs(
  objects: readonly KubernetesObject[],
  digest: (text: string) => Digest,
): readonly KubernetesObject[] {
  refuseProblems(objects.flatMap(findPhaseProblems));
  const names = new Map(
    objects.filter(isJob).map((job) => {
      const read = findConfigMapsOf(job, objects);
      const content = read.length === 0 ? job : [job, ...read];
      return [job.metadata.name, nameByContent(job, digest(canonicalJson(content)))];
    }),
  );
  if (names.size === 0) return objects;
  return objects.map((object) => {
    const { kind, apiVersion, metadata, ...content } = object;
    const name = isJob(object) ? (names.get(metadata.name) ?? metadata.name) : metadata.name;
    const followed = followLabels(content, names);
    return withRules({ ...followed, apiVersion, kind, metadata: { ...metadata, name } }, names);
  });
}

function isJob(object: KubernetesObject): boolean {
  return object.kind === 'Job' && groupOf(object) === 'batch';
}

function nameByContent(job: KubernetesObject, digest: Digest): string {
  const hash = digest.slice('sha256:'.length).slice(0, hashLength);
  const longest = longestName - hashLength - 1;
  return `${job.metadata.name.slice(0, longest).replace(/[-.]+$/, '')}-${hash}`;
}

function followLabels(record: JsonRecord, names: ReadonlyMap<string, string>): JsonRecord {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      const isName = jobNameLabels.has(key) && typeof value === 'string';
      return [key, isName ? (names.get(value) ?? value) : followIn(value, names)];
    }),
  );
}

function followIn(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => followIn(item, names));
  return isRecord(value) ? followLabels(value, names) : value;
}

/** A Role may name the Jobs that it is about. */
function withRules(object: KubernetesObject, names: ReadonlyMap<string, string>): KubernetesObject {
  if (groupOf(object) !== 'rbac.authorization.k8s.io' || !Array.isArray(object['rules'])) {
    return object;
  }
  const rules = recordsAt(object, 'rules').map((rule) => {
    const { resources, resourceNames } = rule;
    const isAboutJobs = Array.isArray(resources) && resources.includes('jobs');
    if (!isAboutJobs || !Array.isArray(resourceNames)) return rule;
    const followed = resourceNames.map((name: unknown) =>
      typeof name === 'string' ? (names.get(name) ?? name) : name,
    );
    return { ...rule, resourceNames: followed };
  });
  return { ...object, rules };
}

/** What runs pods and is no Job would be taken for a workload. */
function findPhaseProblems(object: KubernetesObject): readonly Problem[] {
  const given = object.metadata.annotations?.[phaseAnnotation];
  if (given === undefined) return [];
  const subject = `${formatIdentity(identify(object))}, annotation ${phaseAnnotation}`;
  if (!jobPhases.some((phase) => phase === given)) {
    return [{ subject, given, expected: `one of ${jobPhases.join(', ')}` }];
  }
  if (isJob(object) || podSpecOf(object) === undefined) return [];
  const expected = 'a Job: only a Job runs in a phase of its own';
  return [{ subject, given: object.kind, expected, fix: 'Put its pod template into a Job.' }];
}
