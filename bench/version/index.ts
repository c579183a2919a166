export { runVersionBench } from './bench.js';
