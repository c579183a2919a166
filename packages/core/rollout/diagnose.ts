import type { FailureCode } from '../errors/index.js';
import { formatIdentity } from '../manifest/index.js';
import type { Finding } from './finding.js';
import type { RolloutMemory, Sighting } from './memory.js';

/** Causes before effects: where several things are wrong, the first of these is told. */
const order: readonly FailureCode[] = [
  'overtaken',
  'pods-refused',
  'image-not-found',
  'image-pull-denied',
  'config-missing',
  'container-cannot-start',
  'out-of-memory',
  'crash-loop',
  'job-failed',
  'image-pull-failed',
  'volume-unbound',
  'unschedulable',
  'resource-failed',
  'apply-conflict',
  'deadline-exceeded',
];

/**
 * What is wrong at this moment, the most telling first: what cannot heal before what may, causes before effects.
 *
 * @param atMs monotonic milliseconds, as in `observe`
 */
export function diagnose(memory: RolloutMemory, atMs: number): readonly Finding[] {
  const findings = [...memory.sightings.values()].map((sighting): Finding => ({
    ...sighting.signal.finding,
    severity: isTerminal(sighting, memory, atMs) ? 'terminal' : 'transient',
    ...(atMs - sighting.firstMs < (sighting.signal.earlyMs ?? 0) ? { isEarly: true } : {}),
  }));
  return findings.map((finding) => explain(finding, findings)).toSorted(compareFindings);
}

function isTerminal({ signal, firstMs }: Sighting, memory: RolloutMemory, atMs: number): boolean {
  const { afterMs, attempts, isResetByProgress } = signal.patience;
  const progressMs = memory.progress.get(formatIdentity(signal.finding.object))?.atMs ?? firstMs;
  const fromMs = isResetByProgress === true ? Math.max(firstMs, progressMs) : firstMs;
  const isOld = afterMs !== undefined && (afterMs === 0 || atMs - fromMs >= afterMs);
  const isTried = attempts !== undefined && (signal.attempts ?? 0) >= attempts;
  return isOld || isTried;
}

/** That a deadline passed says nothing about why: what else is wrong with the workload does. */
function explain(finding: Finding, all: readonly Finding[]): Finding {
  if (finding.reason !== 'ProgressDeadlineExceeded') return finding;
  const who = formatIdentity(finding.object);
  const [cause] = all
    .filter((other) => other !== finding && formatIdentity(other.object) === who)
    .toSorted(compareFindings);
  if (cause === undefined) return finding;
  const { severity } = finding;
  return { ...cause, severity, sentence: `${cause.sentence}; ${finding.sentence}` };
}

function compareFindings(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'terminal' ? -1 : 1;
  return order.indexOf(a.code) - order.indexOf(b.code);
}
