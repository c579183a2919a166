import { join } from 'node:path';
import { startSocketGate } from '../proxy/index.js';
import type { EngineAccess, RunningStep } from '../step/index.js';
import type { Disturbance } from './row.js';

/** The way to the daemon of an engine, which can be cut; nothing where there is no daemon. */
export interface DaemonWay {
  /** Where the daemon is found on this way. */
  readonly environment: Readonly<Record<string, string>>;
  cut(): void;
  /** Cut, and whoever connects again hears nothing. */
  silence(): void;
  /** Cut in the middle of the next image that is saved. */
  cutWhileSaving(): void;
  open(): void;
  close(): Promise<void>;
}

const noWay: DaemonWay = {
  environment: {},
  cut: refuse,
  silence: refuse,
  cutWhileSaving: refuse,
  open: refuse,
  close: () => Promise.resolve(),
};

function refuse(): void {
  throw new Error('this engine has no daemon');
}

/** Some of an image of many MB. */
const savedBytes = 1_000_000;

/** @param folder for its socket */
export async function openWay({ environment }: EngineAccess, folder: string): Promise<DaemonWay> {
  const daemon = environment['DOCKER_HOST'];
  if (daemon === undefined) return noWay;
  const path = join(folder, 'docker.sock');
  let left = Number.POSITIVE_INFINITY;
  const gate = await startSocketGate(daemon.replace('unix://', ''), path, (bytes) => {
    left -= bytes;
    if (left < 0) gate.set('cut');
  });
  return {
    environment: { DOCKER_HOST: `unix://${path}` },
    cut: () => gate.set('cut'),
    silence: () => {
      gate.set('cut');
      gate.set('silent');
    },
    cutWhileSaving: () => {
      left = savedBytes;
    },
    open: () => {
      left = Number.POSITIVE_INFINITY;
      gate.set('open');
    },
    close: () => gate.close(),
  };
}

/** Lets something happen to a build. */
export function disturb(by: Disturbance, step: RunningStep, way: DaemonWay): void {
  switch (by) {
    case 'cancelled':
      step.interrupt();
      break;
    case 'daemon gone':
      way.cut();
      break;
    case 'daemon silent':
      way.silence();
      break;
    case 'daemon gone while saving':
      way.cutWhileSaving();
      break;
  }
}
