import type { ClientTally } from '@slipway/lab/client';
import type { DiagnoseRow } from './row.js';

/** What became of a row’s release. */
export interface Seen {
  readonly status: string;
  /** Empty when it did not fail. */
  readonly code: string;
  readonly sentence: string;
  readonly applyToVerdictMs: number;
  readonly visibleToVerdictMs?: number;
  readonly visibleToRollbackMs?: number;
  readonly client: Pick<ClientTally, 'requests' | 'failed' | 'failures'>;
  /** What went wrong with what was to happen beside it. */
  readonly asideProblem?: string;
}

/** Beyond the window of a signal’s class. */
const graceMs = 5000;

/** Everything that is not as the row says. */
export function findProblems(row: DiagnoseRow, seen: Seen, isTimed: boolean): readonly string[] {
  const { status, code = '', sentence = /^/, costsRequests = false } = row;
  const problems = [
    seen.status === status ? '' : `it ended as ${seen.status}, expected ${status}`,
    seen.code === code ? '' : `its code is ${seen.code}, expected ${code}`,
    sentence.test(seen.sentence) ? '' : `it says “${seen.sentence}”, expected ${String(sentence)}`,
    seen.client.failed > 0 && !costsRequests
      ? `a client saw ${seen.client.failed} failures: ${seen.client.failures.join('; ')}`
      : '',
    seen.asideProblem ?? '',
    ...(isTimed ? findLateness(row, seen) : []),
  ];
  return problems.filter((problem) => problem !== '');
}

function findLateness({ signal, windowMs }: DiagnoseRow, seen: Seen): readonly string[] {
  if (signal === undefined || windowMs === undefined) return [];
  const { visibleToVerdictMs, visibleToRollbackMs } = seen;
  if (visibleToVerdictMs === undefined) return ['its signal was never seen'];
  const limit = windowMs + graceMs;
  const tell = (what: string, ms: number | undefined): string =>
    ms === undefined || ms <= limit
      ? ''
      : `${what} came ${Math.round(ms)} ms after the signal, at most ${limit} are allowed`;
  return [tell('the verdict', visibleToVerdictMs), tell('the rollback', visibleToRollbackMs)];
}
