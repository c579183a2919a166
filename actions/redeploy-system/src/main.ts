import { runAction, type ActionDefinition } from '@slipway/flow/runtime';
import { readInputs, type Inputs } from './inputs.js';
import { outputs, report } from './report.js';
import { finish, run, type Result } from './run.js';

const redeploySystem = {
  name: 'redeploy-system',
  outputs,
  readInputs,
  run,
  report,
  post: finish,
} satisfies ActionDefinition<Inputs, Result>;

export const main = (): Promise<void> => runAction(redeploySystem);
