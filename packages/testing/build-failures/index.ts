export type { BuildFailure } from './row.js';
export { buildFailures } from './rows.js';
export { tryBuildFailure } from './trial.js';
