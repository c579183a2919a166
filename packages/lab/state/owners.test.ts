import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readProcess } from '../process/index.js';
import { addOwner, hasLivingOwner, isOwner, keepOwner, readOwners, removeOwner } from './index.js';
import { formatOwner, parseOwner } from './owners.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-owners-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lab has an owner', () => {
  test('while the process runs that owns it', () => {
    const owner = addOwner(folder, process.pid);

    expect(readOwners(folder)).toEqual([{ kind: 'process', ...readProcess(process.pid) }]);
    expect(isOwner(folder, owner)).toBe(true);
    expect(hasLivingOwner(folder)).toBe(true);
  });

  test('no more once that one has left', () => {
    removeOwner(folder, addOwner(folder, process.pid));

    expect(hasLivingOwner(folder)).toBe(false);
  });

  test('not in another process that was given the number of the one that owned it', () => {
    addOwner(folder, process.pid);
    const [file] = readOwners(folder).map(formatOwner);
    rmSync(join(folder, 'owners', file ?? ''));
    writeFileSync(join(folder, 'owners', `${process.pid}-1`), '');

    expect(hasLivingOwner(folder)).toBe(false);
  });

  test('as long as it is kept', () => {
    keepOwner(folder);

    expect(hasLivingOwner(folder)).toBe(true);
  });

  test('that is a process which runs', () => {
    expect(() => addOwner(folder, 2 ** 22 + 1)).toThrow(
      'there is no process 4194305 to own the lab',
    );
  });
});

test.each([
  ['kept', { kind: 'kept' }],
  ['7-99', { kind: 'process', pid: 7, startTicks: '99' }],
  ['notes.txt', undefined],
])('parseOwner reads %s', (name, expected) => {
  const owner = parseOwner(name);

  expect(owner).toEqual(expected);
});
