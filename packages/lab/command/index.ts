export { parseArguments, type LabArguments } from './arguments.js';
export { runLabCommand } from './run.js';
