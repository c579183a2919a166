import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { startDemo } from './demo-process.js';
import { findLeftovers, listTrialProcesses, readTraces } from './leftovers.js';

export interface Trial {
  readonly afterMs: number;
  /** From SIGINT to the end of the demo. */
  readonly endedAfterMs: number;
  readonly ending: number | string;
  /** What it left behind, a line each. */
  readonly left: readonly string[];
  readonly tail: string;
}

const patienceMs = 60_000;

/** Interrupts a demo after some time, and looks for anything that it left on the machine. */
export async function interruptDemo(afterMs: number): Promise<Trial> {
  const trial = `${process.pid}-${Math.round(afterMs)}`;
  const labFolder = join(tmpdir(), `slipway-trial-${trial}`);
  const before = await readTraces();
  const demo = startDemo(trial, labFolder);
  const early = await Promise.race([demo.ended, systemClock.sleep(afterMs)]);
  const interrupted = systemClock.monotonicMs();
  if (early === undefined) demo.interrupt();
  const ending = await Promise.race([
    demo.ended,
    systemClock.sleep(patienceMs).then(() => 'still running a minute after SIGINT'),
  ]);
  const endedAfterMs = systemClock.monotonicMs() - interrupted;
  const left = [
    ...listTrialProcesses(trial),
    ...findLeftovers(before, await readTraces()),
    ...(existsSync(labFolder) ? [`folder ${labFolder}`] : []),
  ];
  return { afterMs, endedAfterMs, ending, left, tail: demo.tail() };
}

/** A demo that nobody interrupts. */
export async function runWholeDemo(): Promise<{
  readonly ending: number | string;
  readonly tail: string;
}> {
  const trial = `${process.pid}-whole`;
  const demo = startDemo(trial, join(tmpdir(), `slipway-trial-${trial}`));
  return { ending: await demo.ended, tail: demo.tail() };
}
