import { SlipwayError, describeError, type Problem } from '@slipway/core/errors';
import { owner } from '@slipway/core/owner';

/** Anything thrown as the one error that users see; what nobody foresaw has the code `internal`. */
export function toSlipwayError(thrown: unknown): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown;
  return new SlipwayError('internal', `unexpected: ${describeError(thrown)}`, {
    cause: thrown,
    fix: 'This is a defect of Slipway: please report it with the log of this step.',
  });
}

/**
 * The sentences of a failure, one for each annotation.
 *
 * @example formatFailure(invalidInput([…])) // ['tags: given “a b”, expected an OCI tag. Remove the space.']
 */
export function formatFailure(error: SlipwayError): readonly string[] {
  if (error.problems.length > 0) return error.problems.map(formatProblem);
  return [[endSentence(describeError(error)), error.fix].filter(isText).join(' ')];
}

/**
 * The summary of an action that failed before it could tell more.
 *
 * @param redact hides what is masked: escaped, no secret would be known any more
 */
export function formatFailureSummary(
  action: string,
  error: SlipwayError,
  redact: (text: string) => string,
): string {
  const write = (text: string): string => escapeCell(redact(text));
  const lines = [`### ❌ ${action}: ${write(error.message)}`, '', formatCode(error), ''];
  if (error.problems.length === 0) return [...lines, ...formatFailure(error), ''].join('\n');
  const rows = error.problems.map(
    ({ subject, given, expected, fix }) =>
      `| ${[subject, given ?? '', expected, fix ?? ''].map(write).join(' | ')} |`,
  );
  return [...lines, '| what | given | expected | fix |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

/** The code of a failure with its page, in Markdown. */
export function formatCode({ code }: SlipwayError): string {
  return `**${code}** ([what to do](https://github.com/${documentation}/${code}.md))`;
}

const documentation = `${owner}/blob/v1/docs/failures`;

function formatProblem({ subject, given, expected, fix }: Problem): string {
  const wrong = given === undefined ? '' : `given “${given}”, `;
  return [endSentence(`${subject}: ${wrong}expected ${expected}`), fix].filter(isText).join(' ');
}

function endSentence(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`;
}

/** Text as a cell of a Markdown table: on one line, in one column. */
export function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
