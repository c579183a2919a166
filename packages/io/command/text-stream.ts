import type { Readable } from 'node:stream';

/** A line that is longer is given in parts, so that none fills the memory. */
const longestLine = 65_536;
/** Of what somebody hears line by line. */
const keepHeard = 65_536;

/** A stream that is read line by line. */
interface LineReader {
  /** Gives what came since the last whole line, for who does not wait for its end. */
  flush(): void;
}

/** Calls back with each whole line, and with what is left when the stream ends. */
function readLines(stream: Readable, onLine: (line: string) => void): LineReader {
  let rest = '';
  const flush = (): void => {
    const line = rest;
    rest = '';
    if (line !== '') onLine(line);
  };
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
  stream.once('close', flush);
  return { flush };
}

/** Half of a secret would not be found, and so not be hidden. */
function endOfWords(line: string): number {
  const last = line.lastIndexOf(' ');
  return last > 0 ? last : line.length;
}

/** What a stream gave so far. */
export interface CollectedText extends LineReader {
  read(): string;
}

/** Keeps what the stream gives, readable at any time: its last `keepCharacters`, some of it where lines are heard. */
export function collectText(
  stream: Readable,
  onLine?: (line: string) => void,
  keepCharacters = onLine === undefined ? Number.POSITIVE_INFINITY : keepHeard,
): CollectedText {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > 2 * keepCharacters) text = text.slice(-keepCharacters);
  });
  const reader = onLine === undefined ? nothingToFlush : readLines(stream, onLine);
  return {
    ...reader,
    read: () => (text.length > keepCharacters ? text.slice(-keepCharacters) : text),
  };
}

const nothingToFlush: LineReader = { flush: () => undefined };

/** Of a stream that is not collected. */
export const noText: CollectedText = { ...nothingToFlush, read: () => '' };

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
