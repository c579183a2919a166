/** A suite (a file of tests) as jest reports it with `--json`. */
export interface SuiteReport {
  readonly path: string;
  readonly durationMs: number;
  /** Present when the file could not be loaded. */
  readonly loadFailure?: string;
  readonly tests: readonly TestReport[];
}

interface TestReport {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly failures: readonly string[];
}

/**
 * Reads the file that `jest --json --outputFile` writes.
 *
 * @throws Error when it is not such a file
 */
export function parseJestReport(text: string): readonly SuiteReport[] {
  const root = recordOf(JSON.parse(text));
  return arrayOf(root['testResults']).map((value) => {
    const suite = recordOf(value);
    const tests = arrayOf(suite['assertionResults']).map(toTest);
    const isBroken = suite['status'] === 'failed' && tests.every(({ state }) => state !== 'failed');
    return {
      path: String(suite['name']),
      durationMs: Number(suite['endTime']) - Number(suite['startTime']),
      tests,
      ...(isBroken ? { loadFailure: String(suite['message']) } : {}),
    };
  });
}

function toTest(value: unknown): TestReport {
  const test = recordOf(value);
  return {
    name: String(test['fullName']),
    state: toState(String(test['status'])),
    failures: arrayOf(test['failureMessages']).map(String),
  };
}

/** What jest calls pending, todo, skipped or disabled was not run. */
function toState(status: string): TestReport['state'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error('not a report of jest');
}

function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('not a report of jest');
}
