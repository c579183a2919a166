export { runDeployBench } from './bench.js';
