export {
  openEngineAccess,
  openEngineJobs,
  runnerEngines,
  type EngineAccess,
  type EngineJobs,
  type RunnerEngine,
} from './engine-jobs.js';
export { followOutput } from './output.js';
export {
  startPackagedStep,
  type EndedStep,
  type PackagedStep,
  type PackagedStepPlan,
} from './packaged-step.js';
export { openJob, type Job, type JobOptions, type RunningStep, type Step } from './step.js';
