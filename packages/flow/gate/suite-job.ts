import { invalidInput, type Problem } from '@slipway/core/errors';
import { formatReference, type PinnedReference } from '@slipway/core/image-ref';
import {
  formatIdentity,
  identify,
  isRecord,
  numberAt,
  recordAt,
  recordsAt,
  setNamespace,
  textAt,
  valueAt,
  type JsonRecord,
  type KubernetesObject,
} from '@slipway/core/manifest';

/** What makes the Job of one run of a suite. */
export interface SuiteRun {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  readonly candidate: PinnedReference;
  /** Eight hex digits: what tells this run from every other. */
  readonly id: string;
  /** How long it is waited for. */
  readonly timeoutMs: number;
}

const maxName = 63;
const ttlSeconds = 600;
/** The Job ends by itself when nobody is there any more to end it; before that it is ended with its log read. */
const graceSeconds = 60;

/** The Job of a suite that is an image and perhaps lines for its shell, each of which must succeed. */
export function buildSuiteJob(image: string, lines: string | undefined): KubernetesObject {
  const command = lines === undefined ? {} : { command: ['/bin/sh', '-ec', lines] };
  const securityContext = { allowPrivilegeEscalation: false };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'integration' },
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: false,
          containers: [{ name: 'suite', image, ...command, securityContext }],
        },
      },
    },
  };
}

/**
 * The one Job of a suite's manifest.
 *
 * @param file how the user calls it
 * @throws SlipwayError `invalid-input` with everything for which its outcome could not be told
 */
export function chooseSuiteJob(
  objects: readonly KubernetesObject[],
  file: string,
): KubernetesObject {
  const [job, ...others] = objects;
  if (job?.kind !== 'Job' || others.length > 0) {
    const given = objects.map((object) => formatIdentity(identify(object))).join(', ');
    throw invalidInput([{ subject: file, given, expected: 'one Job and nothing else' }]);
  }
  const problems = listJobProblems(job, file);
  if (problems.length > 0) throw invalidInput(problems);
  return job;
}

function listJobProblems(job: KubernetesObject, file: string): readonly Problem[] {
  const policy = textAt(job, 'spec', 'template', 'spec', 'restartPolicy') ?? 'Never';
  const problems: (Problem | undefined)[] = [
    policy === 'Never'
      ? undefined
      : {
          subject: file,
          given: `restartPolicy: ${policy}`,
          expected: 'restartPolicy: Never',
          fix: 'Set it to Never: a restarted container takes the log of the failure with it; use backoffLimit for retries.',
        },
    valueAt(job, 'spec', 'suspend') === true
      ? { subject: file, given: 'suspend: true', expected: 'a Job that runs' }
      : undefined,
    ...['completions', 'parallelism'].map((field) => {
      const count = numberAt(job, 'spec', field) ?? 1;
      if (count === 1) return undefined;
      return {
        subject: file,
        given: `${field}: ${count}`,
        expected: 'one pod: one log, one report',
      };
    }),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/**
 * The Job as it is created: a name of its own, the environment's namespace, what it must know, and an end
 * that comes also when nobody waits for it any longer.
 *
 * @param job with every image pinned
 * @throws SlipwayError `render-failed` when it names another namespace
 */
export function planSuiteJob(job: KubernetesObject, run: SuiteRun): KubernetesObject {
  const { namespace, id, service, timeoutMs } = run;
  const name = `${job.metadata.name.slice(0, maxName - 1 - id.length)}-${id}`;
  const labels = { 'slipway.dev/gate': 'integration', 'slipway.dev/service': service };
  const spec = recordAt(job, 'spec');
  const template = recordAt(spec, 'template');
  const pod = recordAt(template, 'spec');
  const metadata = recordAt(template, 'metadata');
  const planned: KubernetesObject = {
    ...job,
    metadata: { ...job.metadata, name, labels: { ...job.metadata.labels, ...labels } },
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: ttlSeconds,
      activeDeadlineSeconds: Math.ceil(timeoutMs / 1000) + graceSeconds,
      ...spec,
      template: {
        ...template,
        metadata: { ...metadata, labels: { ...recordAt(metadata, 'labels'), ...labels } },
        spec: { restartPolicy: 'Never', ...pod, ...tellContainers(pod, run) },
      },
    },
  };
  const [placed = planned] = setNamespace([planned], namespace);
  return placed;
}

/** The lists of containers with what the suite may ask for. */
function tellContainers(pod: JsonRecord | undefined, run: SuiteRun): JsonRecord {
  const told = [
    { name: 'SLIPWAY_CANDIDATE', value: formatReference(run.candidate) },
    { name: 'SLIPWAY_ENVIRONMENT', value: run.environment },
  ];
  const own = new Set<unknown>(told.map(({ name }) => name));
  const tell = (container: unknown): unknown => {
    if (!isRecord(container)) return container;
    const given = recordsAt(container, 'env').filter((each) => !own.has(each['name']));
    return { ...container, env: [...given, ...told] };
  };
  const lists = ['initContainers', 'containers'].flatMap((key): [string, unknown][] => {
    const list = pod?.[key];
    return Array.isArray(list) ? [[key, list.map(tell)]] : [];
  });
  return Object.fromEntries(lists);
}
