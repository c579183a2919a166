import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { CommandError, runCommand, startProcess } from './index.js';

async function failureOf(work: Promise<unknown>): Promise<CommandError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CommandError)) throw new Error(`no CommandError: ${String(error)}`);
  return error;
}

/** A zombie that nobody has waited for yet is gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 500 && isAlive(pid); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return !isAlive(pid);
}

describe('runCommand', () => {
  test('passes arguments as they are, and the input', async () => {
    const result = await runCommand(
      ['sh', '-c', 'printf "%s|" "$@"; cat', 'sh', 'a b', '$HOME', ';'],
      {
        input: 'text',
      },
    );

    expect(result).toEqual({ exitCode: 0, stdout: 'a b|$HOME|;|text', stderr: '' });
  });

  test('gives lines as they come, and takes variables away', async () => {
    const lines: string[] = [];

    await runCommand(['sh', '-c', 'echo "$HOME|$COLOUR"; printf last'], {
      env: { HOME: undefined, COLOUR: 'blue' },
      onStdoutLine: (line) => lines.push(line),
    });

    expect(lines).toEqual(['|blue', 'last']);
  });

  test('of what is heard line by line it keeps the end', async () => {
    const { stdout, stderr } = await runCommand(
      ['sh', '-c', 'yes | head -c 1000000; yes | head -c 1000000 >&2; echo end'],
      { onStdoutLine: () => undefined, onStderrLine: () => undefined },
    );

    expect(stdout.length).toBe(65_536);
    expect(stdout.endsWith('y\nend\n')).toBe(true);
    expect(stderr.length).toBe(65_536);
  });

  test('a line without end is heard in parts, of whole words where it has some', async () => {
    const lines: string[] = [];

    await runCommand(
      ['sh', '-c', 'yes word | head -c 1000000 | tr "\\n" " "; yes | head -c 400000 | tr -d "\\n"'],
      {
        onStdoutLine: (line) => lines.push(line),
      },
    );

    expect(lines.join('').length).toBe(1_200_000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200_000);
    expect(lines.filter((line) => /^(?:ord|rd|d)\b/.test(line))).toEqual([]);
  });

  test('keeps the inputs of the action to itself: neither the program nor what guards it has them', async () => {
    process.env['INPUT_REGISTRY-AUTH'] = 'host ci hunter2';
    process.env['INPUT_TOKEN'] = 'hunter2';

    const { stdout } = await runCommand(['sh', '-c', 'cat /proc/$$/environ /proc/$PPID/environ']);

    delete process.env['INPUT_REGISTRY-AUTH'];
    delete process.env['INPUT_TOKEN'];
    expect(stdout).toContain('PATH=');
    expect(stdout).not.toContain('hunter2');
  });

  test('gives bytes as they are', async () => {
    const chunks: Buffer[] = [];
    const stdoutTo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });

    const { stdout } = await runCommand(['printf', '\\377\\000\\n'], { stdoutTo });

    expect([...Buffer.concat(chunks)]).toEqual([255, 0, 10]);
    expect(stdout).toBe('');
  });

  test('who does not take the bytes ends the program', async () => {
    const stdoutTo = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('no tar')),
    });

    await expect(runCommand(['yes'], { stdoutTo })).rejects.toThrow('no tar');
  });

  test('an exit code is an error with what the command wrote', async () => {
    const error = await failureOf(runCommand(['sh', '-c', 'echo broken >&2; exit 3']));

    expect(error.kind).toBe('exit-code');
    expect(error.exitCode).toBe(3);
    expect(error.message).toBe('sh -c "echo broken >&2; exit 3" ended with exit code 3: broken');
  });

  test('an exit code that the caller listed is an answer', async () => {
    expect((await runCommand(['sh', '-c', 'exit 1'], { acceptExitCodes: [1] })).exitCode).toBe(1);
  });

  test('a program that is not there', async () => {
    expect((await failureOf(runCommand(['no-such-program']))).kind).toBe('not-found');
  });

  test('too long', async () => {
    const error = await failureOf(runCommand(['sleep', '60'], { timeoutMs: 50 }));

    expect(error.kind).toBe('timeout');
    expect(error.message).toBe('sleep 60 took longer than 0.05 s');
  });

  test('interrupted', async () => {
    const error = await failureOf(runCommand(['sleep', '60'], { signal: AbortSignal.timeout(20) }));

    expect(error.kind).toBe('aborted');
  });
});

describe('what a stopped command leaves behind', () => {
  test.each([
    ['a child of its own', 'sleep 60 & echo $! >&2; wait'],
    [
      'a program that does not hear SIGTERM',
      "trap '' TERM; echo $$ >&2; while :; do sleep 1; done",
    ],
  ])('nothing of %s', async (_name, script) => {
    const controller = new AbortController();
    const pids: number[] = [];
    const onStderrLine = (line: string): void => {
      pids.push(Number.parseInt(line));
      controller.abort();
    };

    const error = await failureOf(
      runCommand(['sh', '-c', script], { signal: controller.signal, graceMs: 100, onStderrLine }),
    );

    expect(error.kind).toBe('aborted');
    expect(pids).toHaveLength(1);
    expect(await isGone(pids[0] ?? 0)).toBe(true);
  });
});

describe('startProcess', () => {
  test('a program that is not there', async () => {
    const error = await failureOf(startProcess(['no-such-program']));

    expect(error.message).toBe('no-such-program cannot be started: there is no such program');
  });

  test('gives its lines and ends when it is stopped', async () => {
    const running = await startProcess(['sh', '-c', 'echo $$; exec sleep 60']);
    const lines = running.lines[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);

    expect(isAlive(pid)).toBe(true);
    await running.stop();

    expect(isAlive(pid)).toBe(false);
    expect(await running.ended).toBe('sh -c "echo $$; exec sleep 60" ended with exit code 143');
  });

  test('tells how the program ended by itself', async () => {
    const running = await startProcess(['sh', '-c', 'echo broken >&2; exit 4']);

    expect(await running.ended).toBe(
      'sh -c "echo broken >&2; exit 4" ended with exit code 4: broken',
    );
  });

  test('leaves nothing behind when we are killed with SIGKILL', async () => {
    const script = `
      import { startProcess } from '${import.meta.dirname}/index.ts';
      const running = await startProcess(['sh', '-c', 'echo $$; exec sleep 60']);
      for await (const line of running.lines) console.log(line);`;
    const parent = spawn(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ]);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    });

    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');

    expect(await isGone(pid)).toBe(true);
  });
});
