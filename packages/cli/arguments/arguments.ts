import { invalidInput, type Problem } from '@slipway/core/errors';
import { findNearest } from './nearest.js';

/** What a verb takes: its inputs by name, and whether the value may be left out (`--dry-run`). */
export interface VerbInput {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** '' where there is none. */
  readonly default: string;
  /** Its value may stand alone; such inputs are taken in their order. */
  readonly isPositional?: boolean;
}

export interface VerbArguments {
  readonly inputs: Readonly<Record<string, string>>;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

const flags = ['--help', '-h', '--json'];

/**
 * Reads what follows the verb: `--input value`, `--input=value`, `--flag` for `true`. A repeated input
 * becomes a list by line. Words that stand alone are the positional inputs.
 *
 * @example parseArguments(['--tags', '1.0.0', '--tags=latest', '--dry-run'], inputs, 'registry-push')
 * // { inputs: { tags: '1.0.0\nlatest', 'dry-run': 'true' }, isJson: false, isHelp: false }
 * @throws SlipwayError `invalid-input` with every problem
 */
export function parseArguments(
  argv: readonly string[],
  known: readonly VerbInput[],
  verb: string,
): VerbArguments {
  const problems: Problem[] = [];
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (let position = 0; position < argv.length; position += 1) {
    const word = argv[position] ?? '';
    if (flags.includes(word)) continue;
    const { name, value } = /^--(?<name>[^=]+)(?:=(?<value>[^]*))?$/.exec(word)?.groups ?? {};
    if (name === undefined) {
      words.push(word);
      continue;
    }
    const input = known.find((candidate) => candidate.name === name);
    const taken = value ?? takeValue(argv[position + 1], input);
    if (value === undefined && taken !== undefined && taken === argv[position + 1]) position += 1;
    if (input === undefined) problems.push(unknownInput(name, known, verb));
    else if (taken !== undefined) values.set(name, [...(values.get(name) ?? []), taken]);
    else if (isFlag(input)) values.set(name, ['true']);
    else problems.push({ subject: `--${name}`, expected: 'a value after it' });
  }
  const open = known.filter(({ name, isPositional }) => isPositional === true && !values.has(name));
  const places = placeWords(words, open);
  for (const [index, word] of words.entries()) {
    const name = places[index]?.name;
    if (name !== undefined) values.set(name, [word]);
    else problems.push({ subject: word, expected: 'an input, as in --name value' });
  }
  if (problems.length > 0) throw invalidInput(problems);
  const inputs = [...values].map(([name, texts]): [string, string] => [name, texts.join('\n')]);
  return {
    inputs: Object.fromEntries(inputs),
    isJson: argv.includes('--json'),
    isHelp: argv.includes('--help') || argv.includes('-h'),
  };
}

/** Which input each word is: where there are not enough for all, those that may be left out are left out. */
function placeWords(words: readonly string[], open: readonly VerbInput[]): readonly VerbInput[] {
  const required = open.filter(({ isRequired }) => isRequired);
  let spare = words.length - required.length;
  return open.filter(({ isRequired }) => {
    if (isRequired) return true;
    spare -= 1;
    return spare >= 0;
  });
}

/** A value that begins with `--` needs the form `--input=value`. */
function takeValue(next: string | undefined, input: VerbInput | undefined): string | undefined {
  if (next === undefined || next.startsWith('--') || flags.includes(next)) return undefined;
  if (input !== undefined && isFlag(input) && next !== 'true' && next !== 'false') return undefined;
  return next;
}

function isFlag(input: VerbInput): boolean {
  return input.default === 'true' || input.default === 'false';
}

function unknownInput(name: string, known: readonly VerbInput[], verb: string): Problem {
  const names = known.map((input) => input.name).toSorted();
  const nearest = findNearest(name, names);
  return {
    subject: `--${name}`,
    expected: `an input of ${verb}: ${names.map((one) => `--${one}`).join(', ')}`,
    ...(nearest === undefined ? {} : { fix: `Did you mean --${nearest}?` }),
  };
}
