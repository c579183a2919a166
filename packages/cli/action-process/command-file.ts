/**
 * Reads what an action wrote to `GITHUB_OUTPUT`, `GITHUB_STATE` or `GITHUB_ENV`: `name=value`, or
 * `name<<delimiter`, lines, `delimiter`. The last value of a name wins.
 *
 * @example parseCommandFile('tags<<END\na\nb\nEND\n') // { tags: 'a\nb' }
 * @throws Error when a value has no end or a line no name
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function parseCommandFile(text: string): Readonly<Record<string, string>> {
  const values: [string, string][] = [];
  const lines = text.split(/\r?\n/);
  for (let position = 0; position < lines.length; position += 1) {
    const line = lines[position] ?? '';
    if (line === '') continue;
    const { name, operator, rest } =
      /^(?<name>.+?)(?<operator><<|=)(?<rest>.*)$/.exec(line)?.groups ?? {};
    if (name === undefined || rest === undefined) throw new Error(`a line without a name: ${line}`);
    if (operator === '=') {
      values.push([name, rest]);
      continue;
    }
    const end = lines.indexOf(rest, position + 1);
    if (end === -1) throw new Error(`the value of ${name} has no end`);
    values.push([name, lines.slice(position + 1, end).join('\n')]);
    position = end;
  }
  return Object.fromEntries(values);
}
