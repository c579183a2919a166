export { faultCases, sampleCases, type FaultCase } from './cases.js';
export { openFaultStage, type FaultStage } from './stage.js';
export { runFaultTrial, type FaultTrial } from './trial.js';
