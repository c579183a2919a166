import type { VerbInput } from '../arguments/index.js';

/** A verb as help shows it. */
export interface VerbSummary {
  readonly name: string;
  readonly summary: string;
}

/** What `slipway --help` prints. */
export function formatHelp(
  actions: readonly VerbSummary[],
  commands: readonly VerbSummary[],
): readonly string[] {
  const verbs = [...actions, ...commands].map(({ name }) => name.length);
  const width = Math.max(...verbs);
  const toLine = ({ name, summary }: VerbSummary): string => `  ${name.padEnd(width)}  ${summary}`;
  return [
    'slipway <verb> [--<input> <value>]… [--json]',
    '',
    'Actions, as in a workflow:',
    ...actions.map(toLine),
    '',
    'To look at the record, and to stop it:',
    ...commands.map(toLine),
    '',
    'slipway <verb> --help lists the inputs of a verb; slipway --version prints the version.',
    'Booleans may stand alone (--dry-run), an input that is a list may be repeated.',
  ];
}

/** What `slipway <verb> --help` prints. */
export function formatVerbHelp(
  { name, summary }: VerbSummary,
  inputs: readonly VerbInput[],
): readonly string[] {
  const sorted = inputs.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
  return [
    `slipway ${name}${formatPositional(inputs)}: ${summary}`,
    '',
    ...sorted.flatMap((input) => [
      `  --${input.name}${noteOf(input)}`,
      `      ${input.description}`,
    ]),
  ];
}

function formatPositional(inputs: readonly VerbInput[]): string {
  return inputs
    .filter(({ isPositional }) => isPositional === true)
    .map(({ name, isRequired }) => (isRequired ? ` <${name}>` : ` [<${name}>]`))
    .join('');
}

function noteOf({ isRequired, default: fallback }: VerbInput): string {
  if (isRequired) return ' (required)';
  return fallback === '' ? '' : ` (default: ${fallback.replaceAll('\n', ', ')})`;
}
