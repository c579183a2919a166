import { checkEnd, stopped, type CommandOptions } from './command.js';
import { spawnGuarded } from './guarded-process.js';
import { collectText } from './text-stream.js';

type StreamOptions = Omit<
  CommandOptions,
  'input' | 'timeoutMs' | 'onStdoutLine' | 'onStderrLine' | 'onStop' | 'stdoutTo'
>;

/**
 * Runs a program and gives what it writes piece by piece, however much that is. It is ended when the reader
 * has read enough.
 *
 * @example for await (const piece of streamCommand(['git', 'log'])) { if (isEnough(piece)) break; }
 * @throws CommandError as `runCommand` does
 */
export async function* streamCommand(
  argv: readonly [string, ...string[]],
  options: StreamOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { signal } = options;
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) throw stopped(argv, options, { stdout: '', stderr: '' });
  const child = await spawnGuarded(argv, options);
  const stderr = collectText(child.stderr);
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  child.stdout.setEncoding('utf8');
  const stop = (): void => {
    child.end();
    child.stdout.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const piece of child.stdout) yield String(piece);
    const end = await child.closed;
    checkEnd(argv, end, options, { stdout: '', stderr: stderr.read() });
  } catch (error) {
    if (!isStopped()) throw error;
    throw stopped(argv, options, { stdout: '', stderr: stderr.read() });
  } finally {
    signal?.removeEventListener('abort', stop);
    child.end();
    child.stderr.destroy();
    await child.exited;
  }
}
