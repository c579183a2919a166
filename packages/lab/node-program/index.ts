export { bundleProgram } from './bundle.js';
