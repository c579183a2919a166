import { mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';
import { createRecordingLogger } from '@slipway/testing/logger';
import { checkRunnerFile, withRunnerFiles } from './runner-files.js';

describe('what the runner could not read is left out', () => {
  test.each([
    ['ended', 'GITHUB_OUTPUT', 'a=1\n', 'a=1\n', undefined],
    ['not ended', 'GITHUB_ENV', 'a=1', 'a=1\n', undefined],
    ['a summary', 'GITHUB_STEP_SUMMARY', '# all\nis <<well', '# all\nis <<well\n', undefined],
    ['many lines', 'GITHUB_OUTPUT', 'a<<E\n\nb=\nE\nc=\n', 'a<<E\n\nb=\nE\nc=\n', undefined],
    [
      'an end that does not come',
      'GITHUB_OUTPUT',
      'a=1\nb<<E\n2\n',
      'a=1\n',
      'GITHUB_OUTPUT without the line E that ends b',
    ],
    [
      'no assignment',
      'GITHUB_ENV',
      'a=1\nhello\nc=3\n',
      'a=1\n',
      'GITHUB_ENV with line 2, which is no NAME=value',
    ],
    ['the ends of lines of another system', 'GITHUB_OUTPUT', 'a=1\r\n', 'a=1\n', undefined],
  ])('%s', (_name, variable, text, kept, problem) => {
    expect(checkRunnerFile(variable, text)).toEqual(
      problem === undefined ? { text: kept } : { text: kept, problem },
    );
  });
});

describe('withRunnerFiles', () => {
  let place: string;
  const run = (work: (file: string) => Promise<void>, variable = 'GITHUB_OUTPUT') => {
    const own = join(place, 'own');
    const runtime = {
      stepFiles: new Map([[variable, own]]),
      temporaryFolder: place,
      logger: createRecordingLogger(),
      redact: (text: string) => text.replaceAll('secret', '***'),
    };
    return withRunnerFiles('run', runtime, async ({ settings }) =>
      work((settings[0] ?? '').slice(`${variable}=`.length)),
    );
  };
  const readOwn = (): Promise<string> => readFile(join(place, 'own'), 'utf8');

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'slipway-files-'));
    await writeFile(join(place, 'own'), 'before=1\n');
  });

  afterEach(async () => {
    await rm(place, { recursive: true });
  });

  test('what was written is added, also by another file under its name', async () => {
    await run(async (file) => {
      await writeFile(`${file}.new`, 'a=1');
      await rename(`${file}.new`, file);
    });

    expect(await readOwn()).toBe('before=1\na=1\n');
    expect(await readdir(place)).toEqual(['own']);
  });

  test('also when the work fails', async () => {
    const work = run(async (file) => {
      await writeFile(file, 'a=1\n');
      throw new Error('cancelled');
    });

    await expect(work).rejects.toThrow('cancelled');
    expect(await readOwn()).toBe('before=1\na=1\n');
  });

  test('what is masked is hidden in the summary, which nobody else looks through', async () => {
    await run((file) => writeFile(file, '# a secret\n'), 'GITHUB_STEP_SUMMARY');

    expect(await readOwn()).toBe('before=1\n# a ***\n');
  });

  test('and passed on to later steps, whose log the runner masks', async () => {
    await run((file) => writeFile(file, 'a=secret\n'));

    expect(await readOwn()).toBe('before=1\na=secret\n');
  });

  describe('GitHub takes 1 MiB of summary from a step, all or nothing', () => {
    const most = 700 * 1024;
    const summarize = (bytes: number) =>
      run((file) => writeFile(file, 'x'.repeat(bytes)), 'GITHUB_STEP_SUMMARY');

    test.each([
      ['as much as leaves room for ours', most - 100, undefined],
      ['more', most, 'build-failed'],
    ])('%s', async (_name, bytes, code) => {
      const { failure } = await summarize(bytes);

      expect(failure?.code).toBe(code);
      expect(await readOwn()).toBe(
        `before=1\n${code === undefined ? `${'x'.repeat(bytes)}\n` : ''}`,
      );
    });

    test('together with what the step wrote before', async () => {
      await summarize(most / 2);
      const { failure } = await summarize(most / 2);

      expect(failure?.message).toBe(
        'the run wrote GITHUB_STEP_SUMMARY as no file that can be read, or one of more than 700 KiB in this step',
      );
      expect(failure?.fix).toBe(
        'Let it be a plain file, and write less: what is long can be kept as an artifact.',
      );
    });

    test('outputs have room', async () => {
      const { failure } = await run((file) => writeFile(file, `a=${'x'.repeat(2 * most)}`));

      expect(failure).toBeUndefined();
    });
  });

  test('nobody is waited for', async () => {
    const { failure } = await run(async (file) => {
      await rm(file);
      await runCommand(['mkfifo', file]);
    });

    expect(await readOwn()).toBe('before=1\n');
    expect(failure?.code).toBe('build-failed');
  });

  test('a link leads nowhere', async () => {
    const { failure } = await run(async (file) => {
      await rm(file);
      await writeFile(join(place, 'other'), 'stolen=1\n');
      await symlink(join(place, 'other'), file);
    });

    expect(await readOwn()).toBe('before=1\n');
    expect(failure?.code).toBe('build-failed');
  });
});
