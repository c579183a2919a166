export { openJob, type Job, type JobOptions, type RunningStep, type Step } from './step.js';
