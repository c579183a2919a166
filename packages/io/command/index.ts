export { runCommand, type CommandOptions, type CommandResult } from './command.js';
export { streamCommand } from './stream-command.js';
export { CommandError, type CommandFailure } from './command-error.js';
export { startProcess, type RunningProcess } from './running-process.js';
