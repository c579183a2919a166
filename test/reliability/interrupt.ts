import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { startDemo } from './demo-process.js';
import { findLeftovers, readRunning, type TrialPlace } from './leftovers.js';

export interface Trial {
  readonly afterMs: number;
  /** From SIGINT to the end of the demo. */
  readonly endedAfterMs: number;
  /** The exit code or signal that it ended with; undefined when it was still running a minute later. */
  readonly ending: number | string | undefined;
  /** How many processes it had at the moment of SIGINT. */
  readonly running: number;
  /** What it left behind, a line each. */
  readonly left: readonly string[];
  readonly tail: string;
}

const patienceMs = 60_000;
/** The lab's watchdog ends by itself, a moment after what it watches. */
const restMs = 5000;

/** Interrupts a demo after some time, and looks for anything that it left on the machine. */
export async function interruptDemo(afterMs: number): Promise<Trial> {
  return withPlace(async (place) => {
    const demo = startDemo(place);
    await waitFor(demo.ended, afterMs);
    const running = readRunning(place);
    const interrupted = systemClock.monotonicMs();
    demo.interrupt();
    const ending = await waitFor(demo.ended, patienceMs);
    const endedMs = systemClock.monotonicMs();
    let left = await findLeftovers(place, running);
    while (left.length > 0 && systemClock.monotonicMs() - endedMs < restMs) {
      await systemClock.sleep(100);
      left = await findLeftovers(place, running);
    }
    return {
      afterMs,
      endedAfterMs: endedMs - interrupted,
      ending,
      running: running.processes.size,
      left,
      tail: demo.tail(),
    };
  });
}

/** A demo that nobody interrupts. */
export async function runWholeDemo(): Promise<{
  readonly ending: number | string;
  readonly tail: string;
}> {
  return withPlace(async (place) => {
    const demo = startDemo(place);
    return { ending: await demo.ended, tail: demo.tail() };
  });
}

async function withPlace<T>(work: (place: TrialPlace) => Promise<T>): Promise<T> {
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'slipway-trial-'));
  try {
    const labFolder = join(temporaryFolder, 'lab');
    return await work({ trial: basename(temporaryFolder), labFolder, temporaryFolder });
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

/** What the work gives, or undefined when it takes longer; no timer is left behind. */
async function waitFor<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const done = new AbortController();
  const tooLong = systemClock.sleep(ms, done.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    done.abort();
  }
}
