export type { GateContext, GateOutcome, GateSubject, NeighbourRow } from './gate.js';
export type { NeighbourChoice } from './neighbours.js';
export type { SuiteImage } from './pin-suite-images.js';
export { runGate, type RunContext, type RunRequest } from './run-gate.js';
export { buildSuiteJob, chooseSuiteJob } from './suite-job.js';
export { verifyGate, type VerifyRequest } from './verify-gate.js';
