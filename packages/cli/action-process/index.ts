export { parseCommandFile } from './command-file.js';
export {
  runActionProcess,
  type ActionProcessOptions,
  type ActionProcessResult,
} from './run-action-process.js';
