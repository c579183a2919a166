import { formatDuration } from '../duration/index.js';
import type { Termination } from './containers.js';
import { signalOf, type Signal } from './finding.js';
import type { ProbeName } from './probe.js';
import type { SignalName } from './signal-classes.js';
import { describeContainer, whereOf, type ContainerSubject } from './subject.js';
import { capitalize, shorten } from './text.js';

/** A container that ends although it should go on, or an init container that ends with an error. */
export function detectCrash(subject: ContainerSubject): Signal | undefined {
  const { workload, container, mark } = subject;
  const { state, role, isReady, isRestarted } = container;
  const restarts = container.restartCount - mark.forgiven;
  const hasEnded = state.kind === 'terminated' || isBackingOff(subject);
  const end = state.kind === 'terminated' ? state.end : container.last;
  const isDone = end?.exitCode === 0 && (role === 'init container' || !isRestarted);
  if (end === undefined || isReady || isDone || restarts + (hasEnded ? 1 : 0) < 1) return undefined;
  const isFinal = !isRestarted && hasEnded;
  // a Job counts the failures of its pods itself, and a run that failed may be retried by design
  const name: SignalName =
    workload.identity.kind === 'Job' ? 'crash-of-job' : isFinal ? 'crash-final' : 'crash';
  return signalOf(
    name,
    `${describeContainer(subject)}: crash`,
    {
      ...describeEnd(subject, end, restarts, isFinal),
      fault: 'candidate',
      reason: isBackingOff(subject) ? 'CrashLoopBackOff' : end.reason,
      ...whereOf(subject),
      exitCode: end.exitCode,
    },
    restarts + (hasEnded ? 1 : 0),
  );
}

function isBackingOff({ container: { state } }: ContainerSubject): boolean {
  return state.kind === 'waiting' && state.reason === 'CrashLoopBackOff';
}

type About = Pick<Signal['finding'], 'code' | 'sentence' | 'fix'>;

function describeEnd(
  subject: ContainerSubject,
  end: Termination,
  restarts: number,
  isFinal: boolean,
): About {
  const who = capitalize(describeContainer(subject));
  const isAlways = restarts >= 2;
  const when = isAlways ? ' at every start' : '';
  const times = isFinal || restarts === 0 ? '' : ` (${describeRestarts(subject, end, restarts)})`;
  if (end.reason === 'OOMKilled') {
    const limit = subject.container.memoryLimit;
    const why =
      limit === undefined
        ? 'because the node has no memory left'
        : `for using more memory than its limit of ${limit}`;
    return {
      code: 'out-of-memory',
      sentence: `${who} is killed ${why}${when}${times}`,
      fix: 'Raise resources.limits.memory, or let the program use less.',
    };
  }
  const probe = findProbeKill(subject);
  if (probe !== undefined) {
    return {
      code: 'crash-loop',
      sentence: `${who} is killed by its ${probe.name} probe${probe.asks}${times}${probe.said}`,
      fix: `Correct path and port of the ${probe.name} probe, or give the program more time with a startupProbe.`,
    };
  }
  const verb = isAlways ? 'exits' : 'exited';
  return {
    code: 'crash-loop',
    sentence: `${who} ${verb} with code ${end.exitCode}${when}${times}`,
    fix: fixes.get(end.exitCode) ?? 'Read its last log lines: the program itself gave up.',
  };
}

const fixes: ReadonlyMap<number, string> = new Map([
  [0, 'It ended as if its work were done: a service must keep running; check command and args.'],
  [126, 'Its command is not executable: check command, args and file modes in the image.'],
  [127, 'Its command was not found: check command and args, and what the image holds.'],
  [137, 'It was killed from outside: check memory of the node and probes.'],
  [139, 'It accessed memory that is not its own: check libraries and platform of the image.'],
]);

function describeRestarts({ mark }: ContainerSubject, end: Termination, restarts: number): string {
  const count = restarts === 1 ? '1 restart' : `${restarts} restarts`;
  const { firstStartMs } = mark;
  const { finishedMs } = end;
  const isTimed = firstStartMs !== undefined && finishedMs !== undefined;
  const spanMs = isTimed ? finishedMs - firstStartMs : 0;
  return spanMs > 0 ? `${count} in ${formatDuration(spanMs)}` : count;
}

interface ProbeKill {
  readonly name: ProbeName;
  /** ` GET :8080/healthz` */
  readonly asks: string;
  /** `: HTTP probe failed with statuscode: 404` */
  readonly said: string;
}

/** The kubelet says in an event why it killed a container; the exit code is then the answer to SIGTERM. */
function findProbeKill({ events, container }: ContainerSubject): ProbeKill | undefined {
  const own = events.filter(({ about }) => about.fieldPath.endsWith(`{${container.name}}`));
  const kill = own.find(({ reason }) => reason === 'Killing');
  const found = /failed (?<name>liveness|startup) probe/.exec(kill?.message ?? '');
  if (found === null) return undefined;
  const name = found.groups?.['name'] === 'startup' ? 'startup' : 'liveness';
  const prefix = new RegExp(`^${name} probe failed: `, 'i');
  const told = own.find(({ reason, message }) => reason === 'Unhealthy' && prefix.test(message));
  const said = told === undefined ? '' : `: ${shorten(told.message.replace(prefix, ''), 160)}`;
  const probe = container.probes[name];
  return { name, asks: probe === undefined ? '' : ` ${probe.asks}`, said };
}
