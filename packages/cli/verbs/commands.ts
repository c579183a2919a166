import { runCommand, type Console, type Environment, type Report } from '@slipway/flow/runtime';
import type { VerbInput } from '../arguments/index.js';
import { explain } from './explain.js';
import { history } from './history.js';
import { hold, releaseHold } from './hold.js';
import { recordInputs } from './record-inputs.js';
import { verify } from './verify.js';

/** A verb that is no action: it runs in this process. */
export interface CliCommand {
  readonly summary: string;
  readonly inputs: readonly VerbInput[];
  /** Runs it with inputs in `INPUT_*`; a failure is in the log, in the exit code and in the report. */
  readonly run: (environment: Environment, console: Console) => Promise<Report>;
}

const clusterInputs = {
  namespace: 'the namespace; default is the environment’s in the configuration',
  kubeconfig: 'a kubeconfig file; default is KUBECONFIG, then ~/.kube/config',
  context: 'the context of the kubeconfig',
} as const;

const holdInputs = {
  ...recordInputs,
  ...clusterInputs,
  reason: 'why; it is recorded, and shown to everybody who is held',
  'dry-run': 'say what would be done, and write nothing',
} as const;

/** The verbs of the command line beside those of `actions/`. */
export const commands: Readonly<Record<string, CliCommand>> = {
  history: {
    summary: 'Shows what happened to a service in an environment, who, why, and what is good',
    inputs: toInputs(recordInputs),
    run: (environment, console) => runCommand(history, environment, console),
  },
  explain: {
    summary: 'Shows what became of one version, and what it is worth now',
    inputs: toInputs(
      { ...recordInputs, version: 'the version, or the digest of its bundle' },
      { required: ['version'], positional: ['service', 'version'] },
    ),
    run: (environment, console) => runCommand(explain, environment, console),
  },
  verify: {
    summary: 'Proves that the ledger is whole and that what it calls live is what runs',
    inputs: toInputs({ ...recordInputs, ...clusterInputs }),
    run: (environment, console) => runCommand(verify, environment, console),
  },
  hold: {
    summary: 'Stops the deployments of a service in an environment; rollbacks are free',
    inputs: toInputs(holdInputs, { required: ['reason'] }),
    run: (environment, console) => runCommand(hold, environment, console),
  },
  'release-hold': {
    summary: 'Lets the deployments of a service go on',
    inputs: toInputs(holdInputs),
    run: (environment, console) => runCommand(releaseHold, environment, console),
  },
};

function toInputs(
  descriptions: Readonly<Record<string, string>>,
  {
    required = [],
    positional = ['service'],
  }: {
    readonly required?: readonly string[];
    readonly positional?: readonly string[];
  } = {},
): readonly VerbInput[] {
  return Object.entries(descriptions).map(([name, description]) => ({
    name,
    description,
    isRequired: name === 'environment' || required.includes(name),
    isPositional: positional.includes(name),
    default: name === 'dry-run' ? 'false' : '',
  }));
}
