import { describeError } from '@slipway/core/errors';
import {
  formatIdentity,
  identify,
  recordsAt,
  textAt,
  valueAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import {
  computeRollout,
  readContainers,
  readEvents,
  readWorkloads,
  type ContainerView,
  type EventView,
  type Finding,
  type Snapshot,
  type WorkloadView,
} from '@slipway/core/rollout';
import type { Cluster } from '@slipway/io/cluster';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatScreen, type ScreenLog } from './evidence-screen.js';
import { redact } from './redact.js';

/** What is kept of a failure before anything is rolled back. */
export interface Evidence {
  /** What failed, where, why and the fix: at most 40 lines of 120 columns. */
  readonly screen: string;
  /** Paths of what was saved. */
  readonly files: readonly string[];
}

export interface EvidenceOptions {
  /** What failed, in a person's words: `catalog 1.2.0`. */
  readonly title: string;
  /** Where files are saved; made when it is not there. */
  readonly folder: string;
  /** The moment of the apply: what was told before is about the release before. */
  readonly since: Date;
}

const tailLines = 50;
const maxContainers = 6;

/**
 * Saves what a failed rollout shows while it still does: statuses, events since the apply, and the last 50
 * lines of the log, and of the log of the run before, of up to six containers that are not well. What cannot
 * be read or saved is told in its place: evidence never fails a run.
 */
export async function collectEvidence(
  cluster: Cluster,
  { finding, snapshot }: { readonly finding: Finding; readonly snapshot: Snapshot },
  { title, folder, since }: EvidenceOptions,
): Promise<Evidence> {
  const workloads = readWorkloads(snapshot);
  const events = listEvents(workloads, snapshot, since);
  const suspects = listSuspects(workloads, finding).slice(0, maxContainers);
  const logs = await Promise.all(suspects.map((suspect) => readLogs(cluster, suspect)));
  const files = await saveFiles(folder, [
    { name: 'statuses.json', content: formatStatuses(workloads) },
    { name: 'events.txt', content: events.map(formatEvent).join('') },
    ...logs.flatMap(toFiles),
  ]);
  const [first] = logs;
  const screen = formatScreen({
    title,
    finding,
    states: listStates(workloads),
    events,
    saved: files.length === 0 ? `nothing could be saved in ${folder}` : folder,
    ...(first === undefined ? {} : { log: chooseLog(first) }),
  });
  return { screen, files };
}

interface EvidenceFile {
  readonly name: string;
  readonly content: string;
}

/** The paths of what could be saved. */
async function saveFiles(
  folder: string,
  files: readonly EvidenceFile[],
): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    const full = files.filter(({ content }) => content !== '');
    return await Promise.all(
      full.map(async ({ name, content }) => {
        const path = join(folder, name);
        await writeFile(path, content);
        return path;
      }),
    );
  } catch {
    return [];
  }
}

interface Suspect {
  readonly pod: KubernetesObject;
  readonly container: ContainerView;
}

/** Containers that are not well, first the one that the finding is about. */
function listSuspects(workloads: readonly WorkloadView[], finding: Finding): readonly Suspect[] {
  const isNamed = ({ pod, container }: Suspect): boolean =>
    pod.metadata.name === finding.pod && container.name === finding.container;
  return workloads
    .flatMap(({ pods }) => pods)
    .flatMap((pod) => readContainers(pod).map((container) => ({ pod, container })))
    .filter(({ container }) => hasRun(container))
    .filter((suspect) => isNamed(suspect) || isUnwell(suspect.container))
    .toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
}

function hasRun({ state, last }: ContainerView): boolean {
  return state.kind !== 'waiting' || last !== undefined;
}

function isUnwell({ role, state, isReady }: ContainerView): boolean {
  const isDone =
    role === 'init container' && state.kind === 'terminated' && state.end.exitCode === 0;
  return !isReady && !isDone;
}

interface Logs extends Suspect {
  readonly current: string;
  readonly previous: string;
}

async function readLogs(cluster: Cluster, suspect: Suspect): Promise<Logs> {
  const { pod, container } = suspect;
  const { name, namespace = 'default' } = pod.metadata;
  const read = async (previous: boolean): Promise<string> => {
    const request = { namespace, pod: name, container: container.name, previous, tailLines };
    try {
      return redact(await cluster.readLog(request));
    } catch (error) {
      return `(the log cannot be read: ${describeError(error)})\n`;
    }
  };
  const hasEarlierRun = container.last !== undefined || container.restartCount > 0;
  const [current, previous] = await Promise.all([read(false), hasEarlierRun ? read(true) : '']);
  return { ...suspect, current, previous };
}

/** A container that was started again has little to say yet: then the run before tells. */
function chooseLog({ container, current, previous }: Logs): ScreenLog {
  const isPrevious = previous !== '' && (container.state.kind === 'running' || current === '');
  return { container: container.name, isPrevious, text: isPrevious ? previous : current };
}

function toFiles({ pod, container, current, previous }: Logs): readonly EvidenceFile[] {
  const name = `${pod.metadata.name}-${container.name}`;
  return [
    { name: `log-${name}.txt`, content: current },
    { name: `log-${name}-previous.txt`, content: previous },
  ];
}

/** Events about the workloads, their newest pods and the claims of those: warnings first, then the newest first. */
function listEvents(
  workloads: readonly WorkloadView[],
  snapshot: Snapshot,
  since: Date,
): readonly EventView[] {
  const own = new Set(
    workloads.flatMap(({ object, replicaSet, pods }) => [
      ...[object, replicaSet, ...pods].flatMap((each) => each?.metadata.uid ?? []),
      ...pods.flatMap(listClaims),
    ]),
  );
  const sinceMs = Math.floor(since.getTime() / 1000) * 1000;
  return readEvents(snapshot)
    .filter(
      ({ about, lastMs }) => lastMs >= sinceMs && (own.has(about.uid) || own.has(about.title)),
    )
    .toSorted((a, b) => Number(isWarning(b)) - Number(isWarning(a)) || b.lastMs - a.lastMs);
}

function listClaims({ metadata, ...pod }: KubernetesObject): readonly string[] {
  return recordsAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const name = textAt(volume, 'persistentVolumeClaim', 'claimName');
    const { namespace = 'default' } = metadata;
    return name === undefined ? [] : [`PersistentVolumeClaim ${namespace}/${name}`];
  });
}

function isWarning({ type }: EventView): boolean {
  return type === 'Warning';
}

function formatEvent({ lastMs, type, reason, count, about, message }: EventView): string {
  const at = new Date(lastMs).toISOString();
  return `${at} ${type} ${reason} x${count} ${about.title}: ${redact(message)}\n`;
}

function listStates(workloads: readonly WorkloadView[]): readonly string[] {
  return workloads.flatMap(({ identity, object, pods }) => {
    const message = object === undefined ? 'not there' : computeRollout(object).message;
    return [`${formatIdentity(identity)}: ${message}`, ...pods.flatMap(describePod)];
  });
}

function describePod(pod: KubernetesObject): readonly string[] {
  const containers = readContainers(pod);
  const { name } = pod.metadata;
  if (containers.length === 0) return [`  ${name}: not on a node yet`];
  return containers
    .filter((container) => container.role !== 'init container' || isUnwell(container))
    .map((container) => `  ${name} ${container.name}: ${describeContainer(container)}`);
}

function describeContainer({ state, isReady, restartCount }: ContainerView): string {
  const words = {
    waiting: state.kind === 'waiting' ? state.reason : '',
    running: isReady ? 'ready' : 'running, not ready',
    terminated: state.kind === 'terminated' ? `ended with exit code ${state.end.exitCode}` : '',
    unknown: 'unknown',
  };
  const restarts =
    restartCount === 0 ? '' : `, ${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}`;
  return `${words[state.kind]}${restarts}`;
}

/** Status only: a spec may hold values that nobody should see. */
function formatStatuses(workloads: readonly WorkloadView[]): string {
  const objects = workloads
    .flatMap(({ object, replicaSet, pods }) => [object, replicaSet, ...pods])
    .filter((object) => object !== undefined)
    .map((object) => ({ ...identify(object), status: valueAt(object, 'status') }));
  const hide = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(value) : value;
  return `${JSON.stringify(objects, hide, 2)}\n`;
}
