export { openEngineJobs, type EngineJobs } from './engine-jobs.js';
export { followOutput } from './output.js';
export { openJob, type Job, type JobOptions, type RunningStep, type Step } from './step.js';
