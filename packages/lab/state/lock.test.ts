import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../waiting/index.js';
import { holdLock, withLock } from './index.js';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock', () => {
  test('makes the second wait for the first', async () => {
    const order: string[] = [];
    const first = await holdLock(file, 'exclusive');
    const second = withLock(file, 'exclusive', {}, () => Promise.resolve(order.push('second')));

    order.push('first');
    await first.release();
    await second;

    expect(order).toEqual(['first', 'second']);
  });

  test('can be shared', async () => {
    const first = await holdLock(file, 'shared');

    const second = await holdLock(file, 'shared');

    await Promise.all([first.release(), second.release()]);
    expect(second).toBeDefined();
  });

  test('is no longer waited for once that is not wanted any more', async () => {
    const first = await holdLock(file, 'exclusive');
    const stop = new AbortController();
    const second = holdLock(file, 'exclusive', { signal: stop.signal });

    stop.abort(new Error('Ctrl-C'));

    await expect(second).rejects.toThrow('Ctrl-C');
    await first.release();
  });

  test('of a file that was removed meanwhile is not the lock of the new one', async () => {
    const first = await holdLock(file, 'exclusive');
    const second = holdLock(file, 'exclusive');
    await waitForWaiter(file);
    rmSync(file);
    const third = await holdLock(file, 'exclusive');

    await first.release();
    const early = await Promise.race([second.then(() => 'second'), waitForWaiter(file)]);
    await third.release();
    const held = await second;

    await held.release();
    expect(early).toBe('somebody waits');
  });
});

/** Somebody waits for the lock of this file: `/proc/locks` shows it with an arrow. */
function waitForWaiter(path: string): Promise<string> {
  const pattern = new RegExp(`-> FLOCK .*:${statSync(path).ino} `);
  return waitUntil(
    () => (pattern.test(readFileSync('/proc/locks', 'utf8')) ? 'somebody waits' : undefined),
    { what: 'somebody to wait for the lock', timeoutMs: 4000, everyMs: 5 },
  );
}
