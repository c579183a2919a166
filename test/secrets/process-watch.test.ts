import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listVariables, watchProcesses } from './process-watch.js';

test('the arguments of all processes are seen, and the environment of descendants alone', async () => {
  const env = { PATH: process.env['PATH'], PASSWORD: 'of the child', TOKEN: 'given' };
  const child = spawn('sh', ['-c', 'echo up; read -r line', 'an-argument'], { env });
  await once(child.stdout, 'data');

  const ofParent = watchProcesses(process.pid, (name) => name === 'TOKEN').stop();
  const ofChild = watchProcesses(child.pid ?? 0, () => false).stop();

  child.stdin.end();
  await once(child, 'close');
  const seen = (place: string, content: string) =>
    expect.objectContaining({ place, content: expect.stringContaining(content) });
  expect(ofParent).toContainEqual(seen('argv of sh', 'an-argument'));
  expect(ofParent).toContainEqual(seen('environment of sh', 'PASSWORD=of the child'));
  expect(ofParent).not.toContainEqual(seen('environment of sh', 'TOKEN=given'));
  expect(ofChild).toContainEqual(seen('argv of sh', 'an-argument'));
  expect(ofChild).not.toContainEqual(seen('environment of sh', 'PASSWORD=of the child'));
});

test('variables are listed but for those of the step', () => {
  expect(listVariables('A=1\0B=2=3\0', (name) => name === 'A')).toBe('B=2=3\n');
});
