export {
  CommandError,
  runCommand,
  startProcess,
  type CommandOptions,
  type CommandResult,
  type RunningProcess,
} from './command.js';
