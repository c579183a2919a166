import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../command/index.js';
import { formatGiveBack } from './give-back.js';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'give-back-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('the script gives what is listed, whatever its name, and all that is in new folders', async () => {
  const [work, lists, tools] = [join(root, 'w'), join(root, 'lists'), join(root, 'tools')];
  for (const folder of [lists, tools, join(work, 'new/deep')]) {
    await mkdir(folder, { recursive: true });
  }
  await writeFile(join(tools, 'chown'), `#!/bin/sh\nprintf '%s\\n' "$@" >>"${root}/given"\n`);
  await chmod(join(tools, 'chown'), 0o755);
  await writeFile(join(lists, 'files'), `${work}/a\nb\0${work}/$(id)\0`);
  await writeFile(join(lists, 'hidden'), `${work}/new\0`);
  const { command = ['false'] } = formatGiveBack('node:24', '1001:118', [work], lists);

  await runCommand(command, { env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` } });

  const listed = ['-h', '1001:118', `${work}/a\nb`, `${work}/$(id)`];
  const found = ['-h', '1001:118', `${work}/new`, `${work}/new/deep`];
  expect(await readFile(join(root, 'given'), 'utf8')).toBe([...listed, ...found, ''].join('\n'));
});
