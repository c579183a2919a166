import type { Readable } from 'node:stream';

/** A line that is longer is given in parts, so that none fills the memory. */
const longestLine = 65_536;
/** Of what somebody hears line by line. */
const keepHeard = 65_536;

/** Calls back with each whole line, and with what is left when the stream ends. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) onLine(line);
    if (rest.length <= longestLine) return;
    const end = endOfWords(rest);
    onLine(rest.slice(0, end));
    rest = rest.slice(end);
  });
  stream.once('close', () => {
    if (rest !== '') onLine(rest);
  });
}

/** Half of a secret would not be found, and so not be hidden. */
function endOfWords(line: string): number {
  const last = line.lastIndexOf(' ');
  return last > 0 ? last : line.length;
}

/** Keeps what the stream gives, readable at any time: its last `keepCharacters`, some of it where lines are heard. */
export function collectText(
  stream: Readable,
  onLine?: (line: string) => void,
  keepCharacters = onLine === undefined ? Number.POSITIVE_INFINITY : keepHeard,
): { read(): string } {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > 2 * keepCharacters) text = text.slice(-keepCharacters);
  });
  if (onLine !== undefined) readLines(stream, onLine);
  return { read: () => (text.length > keepCharacters ? text.slice(-keepCharacters) : text) };
}

const keepLines = 1000;

/** Lines for one reader that may come late; of those that nobody has read yet, the last 1000 are kept. */
export function queueLines(stream: Readable): AsyncIterable<string> {
  const lines: string[] = [];
  let hasEnded = false;
  let wake = (): void => undefined;
  readLines(stream, (line) => {
    lines.push(line);
    if (lines.length > keepLines) lines.shift();
    wake();
  });
  stream.once('close', () => {
    hasEnded = true;
    wake();
  });
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) yield line;
        else if (hasEnded) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
