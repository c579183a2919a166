import { parseFields, readNumber, readText } from './answer-fields.js';
import { startLineProcess } from './line-process.js';

/** What became of a command. */
export interface Measured {
  /** From its start to its end. */
  readonly wallMs: number;
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  /** The most resident memory. */
  readonly peakBytes: number;
  readonly isTimedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stopwatch {
  /** One command after the other. */
  measure(command: {
    readonly argv: readonly [string, ...string[]];
    readonly env: readonly string[];
    readonly cwd: string;
  }): Promise<Measured>;
  end(): Promise<void>;
}

/** No tool takes so long unless it hangs. */
const timeoutMs = 300_000;

/** @param program the program `latency-proxy` */
export function startStopwatch(program: string): Stopwatch {
  const stopwatch = startLineProcess([program, 'measure']);
  return {
    measure: async (command) => {
      stopwatch.writeLine(JSON.stringify({ ...command, timeoutMs }));
      const answer = parseFields(await stopwatch.readLine());
      return {
        wallMs: readNumber(answer, 'wallMs'),
        exitCode: readNumber(answer, 'exitCode'),
        peakBytes: readNumber(answer, 'peakBytes'),
        isTimedOut: answer['timedOut'] === true,
        stdout: readText(answer, 'stdout'),
        stderr: readText(answer, 'stderr'),
      };
    },
    end: () => stopwatch.end(),
  };
}
