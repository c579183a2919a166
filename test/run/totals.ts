import type { SuiteReport } from './jest-report.js';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many tests were skipped for want of a part that was left out. */
  readonly withoutPart: ReadonlyMap<string, number>;
}

interface TotalsOptions {
  /** When tests were chosen by name, the others were not skipped: nobody asked for them. */
  readonly isNarrowedByName: boolean;
}

/** Of `PartLeftOutError`, and of the door to an existing cluster: failures that are a choice of who started the run. */
const leftOut = /the lab does without (?<part>[\w:./-]+): \w/;

/** Adds up suites; one that could not be loaded counts as one failed test. */
export function addUp(suites: readonly SuiteReport[], options: TotalsOptions): Totals {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const withoutPart = new Map<string, number>();
  const count = (state: keyof typeof counts, failures: readonly string[]): void => {
    const part =
      state === 'failed' ? leftOut.exec(failures.join('\n'))?.groups?.['part'] : undefined;
    if (part === undefined) {
      counts[state] += 1;
      return;
    }
    counts.skipped += 1;
    withoutPart.set(part, (withoutPart.get(part) ?? 0) + 1);
  };
  for (const { tests, loadFailure } of suites) {
    if (loadFailure !== undefined) count('failed', [loadFailure]);
    for (const { state, failures } of tests) {
      if (state !== 'skipped' || !options.isNarrowedByName) count(state, failures);
    }
  }
  return { ...counts, withoutPart };
}

/**
 * The last line of a run.
 *
 * @example formatTotals({ passed: 3, failed: 0, skipped: 1 }) // '3 passed, 0 failed, 1 skipped'
 */
export function formatTotals(totals: Pick<Totals, 'passed' | 'failed' | 'skipped'>): string {
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}
