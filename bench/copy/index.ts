export { runCopyBench } from './bench.js';
