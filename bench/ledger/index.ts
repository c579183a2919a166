export { runLedgerBench } from './bench.js';
