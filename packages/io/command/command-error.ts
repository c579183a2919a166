export type CommandFailure = 'not-found' | 'exit-code' | 'signal' | 'timeout' | 'aborted';

/** A command that could not be run or did not end well; the message holds the command line and what it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly kind: CommandFailure;
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(kind: CommandFailure, message: string, exitCode: number | undefined, stderr: string) {
    super(message);
    this.kind = kind;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** The command line as a person would type it, what became of it, and what it wrote. */
export function describeCommand(
  argv: readonly string[],
  what: string,
  output: { readonly stdout: string; readonly stderr: string },
): string {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  const said = [output.stderr, output.stdout]
    .map((text) => text.trim())
    .find((text) => text !== '');
  return `${words.join(' ')} ${what}${said === undefined ? '' : `: ${said.slice(-2000)}`}`;
}
