import { runCommand, type Console, type Environment, type Report } from '@slipway/flow/runtime';
import type { VerbInput } from '../arguments/index.js';
import { history } from './history.js';
import { recordInputs } from './record-inputs.js';
import { verify } from './verify.js';

/** A verb that is no action: it only reads, and runs in this process. */
export interface CliCommand {
  readonly summary: string;
  readonly inputs: readonly VerbInput[];
  /** Runs it with inputs in `INPUT_*`; a failure is in the log, in the exit code and in the report. */
  readonly run: (environment: Environment, console: Console) => Promise<Report>;
}

/** The verbs of the command line beside those of `actions/`. */
export const commands: Readonly<Record<string, CliCommand>> = {
  history: {
    summary: 'Shows the ledger of a service in an environment',
    inputs: toInputs(recordInputs),
    run: (environment, console) => runCommand(history, environment, console),
  },
  verify: {
    summary: 'Proves that the ledger is whole and that what it calls live is what runs',
    inputs: toInputs({
      ...recordInputs,
      namespace: 'the namespace; default is the environment’s in the configuration',
      kubeconfig: 'a kubeconfig file; default is KUBECONFIG, then ~/.kube/config',
      context: 'the context of the kubeconfig',
    }),
    run: (environment, console) => runCommand(verify, environment, console),
  },
};

function toInputs(descriptions: Readonly<Record<string, string>>): readonly VerbInput[] {
  return Object.entries(descriptions).map(([name, description]) => ({
    name,
    description,
    isRequired: name === 'environment',
    default: '',
  }));
}
