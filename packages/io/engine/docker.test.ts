import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { createRecordingLogger } from '@slipway/testing/logger';
import { systemClock } from '../clock/index.js';
import { askProgram, runProgramLogged } from './docker.js';

test('a program that says nothing has answered', async () => {
  const answer = await askProgram(['sleep', '1000'], undefined, 200);

  expect(answer).toEqual({ exitCode: 1, stdout: '', stderr: 'it did not answer within 0.2 s' });
});

test('who cancels the question hears why, and not that it was not answered', async () => {
  const reason = new SlipwayError('interrupted', 'interrupted by SIGINT');
  const stop = new AbortController();

  const asked = askProgram(['sleep', '1000'], stop.signal);
  stop.abort(reason);

  await expect(asked).rejects.toBe(reason);
});

test('what a program writes when it is stopped is not the last that it wrote', async () => {
  const stop = new AbortController();
  const logger = createRecordingLogger();
  const script = 'trap "echo Error: exit status 1; exit 1" TERM; echo waiting; sleep 1000 & wait';
  const collaborators = { logger, clock: systemClock, signal: stop.signal };

  const work = runProgramLogged(['sh', '-c', script], 'testing', collaborators, {
    onLine: (line) => {
      if (line === 'waiting') stop.abort(new SlipwayError('interrupted', 'interrupted by SIGINT'));
    },
  });

  await expect(work).rejects.toMatchObject({
    code: 'interrupted',
    message: 'interrupted by SIGINT while testing; “waiting” is the last that was written',
  });
});

test('a last line that has no end yet was written, too', async () => {
  const stop = new AbortController();
  const logger = createRecordingLogger();
  const script =
    'echo begun; printf "waiting for the database" >&2; sleep 0.2; echo now; sleep 1000';
  const collaborators = { logger, clock: systemClock, signal: stop.signal };

  const work = runProgramLogged(['sh', '-c', script], 'testing', collaborators, {
    onLine: (line) => {
      if (line === 'now') stop.abort(new SlipwayError('interrupted', 'interrupted by SIGINT'));
    },
  });

  await expect(work).rejects.toMatchObject({
    message:
      'interrupted by SIGINT while testing; “waiting for the database” is the last that was written',
  });
  expect(logger.lines).toContain('waiting for the database');
});
