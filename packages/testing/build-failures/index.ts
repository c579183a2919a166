export { buildFailures, type BuildFailure } from './rows.js';
export { tryBuildFailure } from './trial.js';
