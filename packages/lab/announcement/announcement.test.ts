import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { announceRegistry, listAnnounced, withdrawRegistry, writeCarried } from './index.js';

let lab = '';
beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), 'lab-announcement-'));
});
afterEach(() => rmSync(lab, { recursive: true }));

function openPart(name: string): string {
  const folder = join(lab, 'parts', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

test('containerd is told to pull over plain HTTP, until the registry is withdrawn', async () => {
  await announceRegistry(lab, '10.64.0.1:20000');
  const told = readFileSync(join(lab, 'certs.d/10.64.0.1:20000/hosts.toml'), 'utf8');
  const announced = listAnnounced(lab);

  withdrawRegistry(lab, '10.64.0.1:20000');

  expect(told).toBe(
    'server = "http://10.64.0.1:20000"\n[host."http://10.64.0.1:20000"]\n  capabilities = ["pull", "resolve"]\n',
  );
  expect([announced, listAnnounced(lab)]).toEqual([['10.64.0.1:20000'], []]);
});

test('an announcement waits for every tunnel that is up', async () => {
  const [first, second] = [openPart('cluster-test'), openPart('cluster-production')];
  openPart('registry-candidates');
  writeCarried(first, { ports: [20_001], problems: [] });
  writeCarried(second, { ports: [], problems: [] });
  let isDone = false;

  const announced = announceRegistry(lab, '127.0.0.1:20001').then(() => (isDone = true));
  await new Promise(setImmediate); // who does not wait is done by now
  const wasDone = isDone;
  writeCarried(second, { ports: [20_001], problems: [] });
  await announced;

  expect(wasDone).toBe(false);
});

test('a node that cannot listen is told', async () => {
  const sentence = 'port 20001 of node kind-worker is taken';
  writeCarried(openPart('cluster-test'), { ports: [], problems: [{ port: 20_001, sentence }] });

  const announced = announceRegistry(lab, '127.0.0.1:20001');

  await expect(announced).rejects.toThrow(sentence);
});
