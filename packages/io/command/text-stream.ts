import type { Readable } from 'node:stream';

/** Calls back with each whole line, and with what is left when the stream ends. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) onLine(line);
  });
  stream.once('close', () => {
    if (rest !== '') onLine(rest);
  });
}

/** Keeps what the stream gives (its last `keepCharacters`), readable at any time. */
export function collectText(
  stream: Readable,
  onLine?: (line: string) => void,
  keepCharacters = Number.POSITIVE_INFINITY,
): { read(): string } {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > keepCharacters) text = text.slice(-keepCharacters);
  });
  if (onLine !== undefined) readLines(stream, onLine);
  return { read: () => text };
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
