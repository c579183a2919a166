import { SlipwayError, type Problem } from '@slipway/core/errors';
import { createInputReader, type InputReader } from '@slipway/flow/runtime';

type Texts = Readonly<Record<string, string>>;

/**
 * What an action makes of its inputs, given by name as in a workflow.
 *
 * @param files the workspace: path → text
 * @throws SlipwayError `invalid-input`
 */
export function readWith<T>(read: (reader: InputReader) => T, inputs: Texts, files: Texts = {}): T {
  const variables = Object.entries(inputs).map(([name, text]): [string, string] => [
    `INPUT_${name.toUpperCase()}`,
    text,
  ]);
  const reader = createInputReader(Object.fromEntries(variables), (path) => files[path]);
  const result = read(reader);
  reader.finish();
  return result;
}

/** The problems that an action finds in its inputs; none when all is well. */
export function listProblems(
  read: (reader: InputReader) => unknown,
  inputs: Texts,
  files: Texts = {},
): readonly Problem[] {
  try {
    readWith(read, inputs, files);
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems;
    throw error;
  }
  return [];
}
