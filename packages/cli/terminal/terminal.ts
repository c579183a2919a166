/** Where lines go. */
export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

interface Terminal {
  /** A line of the log. */
  readonly print: (line: string) => void;
  /** What stands below the log from now on; absent where the output is a file or a pipe. */
  readonly show?: (lines: readonly string[]) => void;
}

const defaultColumns = 80;
const defaultRows = 24;

/**
 * A log, and below it lines that are replaced in place (ECMA-48: cursor up, erase to the end of the screen). Lines
 * that do not fit are cut off: a line that wrapped could not be found again.
 *
 * @example
 * const { print, show } = openTerminal(process.stdout);
 * show?.(['web  1 of 3 replicas updated']);
 * print('configured: Deployment shop/web'); // above it
 */
export function openTerminal(stream: TerminalStream): Terminal {
  let shown: readonly string[] = [];
  const erase = (): string => (shown.length === 0 ? '' : `\u001b[${shown.length}A\u001b[J`);
  const draw = (): string => shown.map((line) => `${line}\n`).join('');
  return {
    print: (line) => stream.write(`${erase()}${line}\n${draw()}`),
    ...(stream.isTTY === true
      ? {
          show: (lines) => {
            const before = erase();
            shown = fit(lines, stream);
            stream.write(`${before}${draw()}`);
          },
        }
      : {}),
  };
}

function fit(
  lines: readonly string[],
  { columns = defaultColumns, rows = defaultRows }: TerminalStream,
): readonly string[] {
  const room = Math.max(1, rows - 2);
  const hidden = lines.length - room;
  const kept = hidden > 0 ? [...lines.slice(0, room - 1), `… and ${hidden + 1} more`] : lines;
  return kept.map((line) => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`));
}
