import { createManualClock } from '@slipway/testing/clock';
import { describe, expect, test } from '@jest/globals';
import { formatElapsed, waitForAll, waitUntil, withHeartbeat } from './index.js';

describe('waitUntil', () => {
  test('asks until there is an answer', async () => {
    const clock = createManualClock();
    const answers = [undefined, undefined, 'ready'];

    const answer = await waitUntil(() => answers.shift(), {
      what: 'the node',
      timeoutMs: 1000,
      everyMs: 100,
      clock,
    });

    expect(answer).toBe('ready');
    expect(clock.sleeps).toEqual([100, 100]);
  });

  test('says for what it waited in vain', async () => {
    const clock = createManualClock();

    const waiting = waitUntil(() => undefined, { what: 'the node', timeoutMs: 1500, clock });

    await expect(waiting).rejects.toThrow('waited 1.5 s for the node');
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('Ctrl-C'));

    const waiting = waitUntil(() => 'ready', { what: 'the node', timeoutMs: 1500, signal });

    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});

test('waitForAll tells a failure when the other work has come to rest', async () => {
  let hasRested = false;
  const other = Promise.resolve().then(() => (hasRested = true));

  const all = waitForAll([Promise.reject(new Error('no disk')), other]);

  await expect(all).rejects.toThrow('no disk');
  expect(hasRested).toBe(true);
});

test('withHeartbeat says every 10 s that the work goes on', async () => {
  const said: string[] = [];
  const clock = createManualClock();
  const work = async (): Promise<string> => {
    while (said.length < 2) await Promise.resolve();
    return 'done';
  };

  const result = await withHeartbeat((elapsed) => said.push(elapsed), work, clock);

  expect(result).toBe('done');
  expect(said.slice(0, 2)).toEqual(['10 s', '20 s']);
});

test.each([
  [9_400, '9 s'],
  [135_000, '2 min 15 s'],
])('%d ms are told as %s', (ms, expected) => {
  expect(formatElapsed(ms)).toBe(expected);
});
