export { findGo } from './go.js';
export { ensureProgram } from './program.js';
export { programNames, type ProgramName } from './recipe.js';
