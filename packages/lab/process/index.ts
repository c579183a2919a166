export { requireRunning } from './alive.js';
export { asRoot } from './privilege.js';
export type { Daemon } from './daemon.js';
export { endProcesses, endProcessGroup } from './end.js';
export {
  findNamespaceChild,
  isSameProcess,
  readChildProcesses,
  readProcess,
  type ProcessIdentity,
} from './identity.js';
export {
  logFile,
  readPartProcesses,
  startPartProcess,
  type PartCommand,
  type PartProcess,
} from './part-processes.js';
