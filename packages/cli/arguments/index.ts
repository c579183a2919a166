export { parseArguments, type VerbArguments, type VerbInput } from './arguments.js';
export { findNearest } from './nearest.js';
