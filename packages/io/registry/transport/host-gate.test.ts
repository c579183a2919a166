import { expect, test } from '@jest/globals';
import { createManualClock } from '@slipway/testing/clock';
import { createHostGate } from './host-gate.js';

/** Asks for `count` places and tells after each step how many were given. */
function crowd(gate: ReturnType<typeof createHostGate>, count: number, signal?: AbortSignal) {
  let entered = 0;
  const all = Array.from({ length: count }, () => gate.enter(signal).then(() => (entered += 1)));
  const settle = async (): Promise<number> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return entered;
  };
  return { all, settle };
}

test('no more than the limit are inside at once, and the rest follows in order', async () => {
  const gate = createHostGate(2, createManualClock());
  const { settle } = crowd(gate, 5);

  const counts = [await settle()];
  for (let left = 0; left < 3; left += 1) {
    gate.leave();
    counts.push(await settle());
  }

  expect(counts).toEqual([2, 3, 4, 5]);
});

test('a complaint halves the limit, down to one, and answers without one let it grow again', async () => {
  const gate = createHostGate(4, createManualClock());
  gate.slowDown(0);
  const half = await crowd(gate, 4).settle();
  gate.slowDown(0);
  gate.slowDown(0);
  for (let left = 0; left < 4; left += 1) gate.leave();
  const { settle } = crowd(gate, 20);
  const slow = await settle();
  for (let left = 0; left < 6; left += 1) {
    gate.leave();
    await settle();
  }
  gate.leave();

  expect({ half, slow, grown: await settle() }).toEqual({ half: 2, slow: 1, grown: 9 });
});

test('those that were under way together complain together: that is one complaint', async () => {
  const gate = createHostGate(8, createManualClock());
  const { settle } = crowd(gate, 8);
  await settle();

  for (let answered = 0; answered < 8; answered += 1) {
    gate.slowDown(0);
    gate.leave();
  }

  expect(await crowd(gate, 8).settle()).toBe(4);
});

test('nobody enters before the pause is over', async () => {
  const clock = createManualClock();
  const gate = createHostGate(4, clock);
  gate.slowDown(3000);

  await gate.enter();

  expect(clock.sleeps).toEqual([3000]);
});

test('who waits for a place ends with an abort, and leaves none taken', async () => {
  const gate = createHostGate(1, createManualClock());
  const controller = new AbortController();
  await gate.enter();
  const { all } = crowd(gate, 1, controller.signal);
  const reason = new Error('cancelled');

  controller.abort(reason);

  await expect(all[0]).rejects.toBe(reason);
  gate.leave();
  await expect(gate.enter()).resolves.toBeUndefined();
});
