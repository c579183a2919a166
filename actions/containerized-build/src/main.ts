import { runAction, type ActionDefinition } from '@slipway/flow/runtime';
import { readInputs, type Inputs } from './inputs.js';
import { outputs, report } from './report.js';
import { run, type Result } from './run.js';

const containerizedBuild = {
  name: 'containerized-build',
  outputs,
  readInputs,
  limitMs: ({ timeoutMs }) => timeoutMs,
  run,
  report,
} satisfies ActionDefinition<Inputs, Result>;

export const main = (): Promise<void> => runAction(containerizedBuild);
