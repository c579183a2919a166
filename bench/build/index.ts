export { runBuildBench } from './bench.js';
