/** A line by which a program asks GitHub’s runner for something: `::error file=a.js,line=3::no such name`. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly message: string;
}

/** White space to .NET, in which the runner is written, and not to JavaScript: next line, U+0085. */
const commandPattern = /^[\s\u0085]*::(?<name>[\w-]+)(?:\s+(?<properties>.*?))?::(?<message>.*)$/;

/**
 * Reads a line as the runner would (`::name key=value,…::message`).
 *
 * @example tryParseCommand('::group::Build') // { name: 'group', properties: {}, message: 'Build' }
 */
export function tryParseCommand(line: string): WorkflowCommand | undefined {
  const { name, properties = '', message = '' } = commandPattern.exec(line)?.groups ?? {};
  if (name === undefined) return undefined;
  const pairs = properties.split(',').flatMap((pair): readonly [string, string][] => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decodeProperty(pair.slice(at + 1))]];
  });
  return { name: name.toLowerCase(), properties: new Map(pairs), message: decodeMessage(message) };
}

/** In a message a colon and a comma stand for themselves. */
function decodeMessage(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function decodeProperty(text: string): string {
  return decodeMessage(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

const startPattern = /^[\s\u0085]*::/;

/**
 * Whether the runner may find a command in a line: its older form can stand anywhere in it.
 *
 * @example mayCommand('  ::set-env name=PATH::/evil') // true
 */
export function mayCommand(line: string): boolean {
  return startPattern.test(line) || line.includes('##[');
}

/**
 * The line as text: whatever the runner finds between these two it leaves alone.
 *
 * @param token nobody can guess
 * @example formatAsText('::set-env name=A::b', '5f3c…') // '::stop-commands::5f3c…\n::set-env name=A::b\n::5f3c…::'
 */
export function formatAsText(line: string, token: string): string {
  return `::stop-commands::${token}\n${line}\n::${token}::`;
}
