import type { FailureCode } from './failure-codes.js';

/** One thing that is wrong: what it is about, what was given, what was expected, and how to mend it. */
export interface Problem {
  /** The input, file or object, as the user wrote it: `tags`, `deploy/app.yaml: Deployment/app`. */
  readonly subject: string;
  /** The value that was given, already free of secrets; absent when nothing was. */
  readonly given?: string;
  /** A phrase that completes “expected …”. */
  readonly expected: string;
  /** A sentence that tells what to do. */
  readonly fix?: string;
}

export interface SlipwayErrorOptions {
  readonly cause?: unknown;
  /** One sentence that tells what to do. */
  readonly fix?: string;
  /** All that is wrong, when it is more than one thing or about something the user wrote. */
  readonly problems?: readonly Problem[];
}

/**
 * The one error that users see: a sentence, a code from the closed set, the cause, and the fix.
 * Wrap a foreign error once, at the boundary where it arises, with `cause`.
 *
 * @example
 * throw new SlipwayError('registry-denied', 'registry.example.com refused the push to team/orders', {
 *   fix: 'Give the token the right to push to team/orders.',
 *   cause: error,
 * });
 */
export class SlipwayError extends Error {
  override readonly name = 'SlipwayError';
  readonly code: FailureCode;
  readonly fix: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: FailureCode, message: string, options: SlipwayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.problems = options.problems ?? [];
  }
}

/**
 * Bad input, all of it at once.
 *
 * @example invalidInput([{ subject: 'tags', given: 'a b', expected: 'an OCI tag', fix: 'Remove the space.' }])
 */
export function invalidInput(problems: readonly Problem[]): SlipwayError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new SlipwayError('invalid-input', `${count} in what was given; nothing was changed`, {
    problems,
  });
}

/**
 * The sentence of anything thrown, followed by its chain of causes.
 *
 * @example describeError(new Error('no answer', { cause: new Error('ECONNREFUSED') })) // 'no answer: ECONNREFUSED'
 */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.message || thrown.name;
  if (thrown.cause === undefined) return own;
  const inner = describeError(thrown.cause);
  return own.includes(inner) ? own : `${own}: ${inner}`;
}
