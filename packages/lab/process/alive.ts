import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LabError } from '../errors/index.js';
import { logFile, readPartProcesses } from './part-processes.js';

const excerptBytes = 2000;

/**
 * To be asked while waiting for a part: a process that has ended will not become ready any more.
 *
 * @throws LabError with the end of its log
 */
export function requireRunning(folder: string): void {
  const ended = readPartProcesses(folder).find((each) => !each.isRunning);
  if (ended === undefined) return;
  const log = logFile(folder, ended.name);
  throw new LabError(
    `${ended.name} ended while it was waited for; its log ends with:\n${readEnd(log)}`,
  );
}

function readEnd(file: string): string {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const buffer = Buffer.alloc(Math.min(size, excerptBytes));
    readSync(log, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trim();
  } finally {
    closeSync(log);
  }
}
