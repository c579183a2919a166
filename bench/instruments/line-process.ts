import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A program that ends when its standard input does, and that answers in lines. */
export interface LineProcess {
  /** The next line that it writes. @throws Error when it ended instead */
  readLine(): Promise<string>;
  writeLine(line: string): void;
  /** Closes its input and waits for its end. */
  end(): Promise<void>;
  readonly isRunning: boolean;
}

/**
 * Starts a program of `latency-proxy`.
 *
 * @param log a file that takes what it complains of; the benchmark's own standard error when absent
 */
export function startLineProcess(
  [program, ...args]: readonly [string, ...string[]],
  log?: string,
): LineProcess {
  const complaints = log === undefined ? 'inherit' : openSync(log, 'a');
  const child = spawn(program, args, {
    detached: true, // Ctrl-C is for the benchmark, which then ends them
    stdio: ['pipe', 'pipe', complaints],
  });
  if (complaints !== 'inherit') closeSync(complaints);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`${program}: started without pipes`);
  const gone = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => {
      resolve(new Error(`${program} ${args[0] ?? ''} ended with ${code ?? signal ?? 'nothing'}`));
    });
  });
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  stdin.on('error', () => undefined); // it ended: whoever reads from it is told
  return {
    readLine: async () => {
      const next = await lines.next();
      if (next.done !== true) return next.value;
      throw await gone;
    },
    writeLine: (line) => stdin.write(`${line}\n`),
    end: async () => {
      stdin.end();
      await gone;
    },
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
  };
}
