import { fileURLToPath } from 'node:url';
import { readActionFile } from '@slipway/cli/action-file';
import { runActionProcess, type ActionProcessResult } from '@slipway/cli/action-process';
import type { Job, WorkflowRun } from './job.js';

const actions = fileURLToPath(new URL('../../../actions', import.meta.url));

export interface StepRun {
  readonly action: string;
  readonly run: WorkflowRun;
  readonly inputs: Readonly<Record<string, string>>;
  /** Before each line that the step prints. */
  readonly title?: string;
}

/** Runs a step as a runner does: the packaged file, inputs in the environment, outputs through files. */
export async function runStep(job: Job, step: StepRun): Promise<ActionProcessResult> {
  const { id, commit } = step.run;
  const actionFolder = `${actions}/${step.action}`;
  return runActionProcess({
    actionFolder,
    inputs: {
      ...step.inputs,
      ...(asksRegistries(actionFolder, step) ? { 'plain-http': job.plainHttp } : {}),
    },
    env: {
      ...job.environment,
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: job.repository,
      GITHUB_RUN_ID: String(id),
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'ada',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKSPACE: job.workspace,
      RUNNER_TEMP: job.temporaryFolder,
      ...(commit === undefined
        ? { GITHUB_EVENT_NAME: 'workflow_dispatch' }
        : { GITHUB_EVENT_NAME: 'push', GITHUB_SHA: commit }),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_TYPE: 'branch',
    },
    signal: job.signal,
    onLine: (line) => {
      const text = showLine(line);
      if (text !== undefined) job.print(step.title ?? step.action, text);
    },
  });
}

/** A version is a matter of Git alone, unless what is deployed is its base. */
function asksRegistries(actionFolder: string, { action, inputs }: StepRun): boolean {
  if (action === 'image-version' && inputs['base'] !== 'deployed') return false;
  return readActionFile(actionFolder).inputs.some(({ name }) => name === 'plain-http');
}

/**
 * A line of a runner's log as a person sees it on the page: commands are drawn, not printed.
 *
 * @example showLine('::error title=k8s-deploy::it crashed%0Atwice') // '✗ it crashed\ntwice'
 */
function showLine(line: string): string | undefined {
  const command = /^::(?<name>[a-z-]+)(?<properties> [^:]*)?::(?<text>.*)$/.exec(line)?.groups;
  if (command === undefined) return line;
  const text = (command['text'] ?? '')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '')
    .replaceAll('%25', '%');
  const mark = marks.get(command['name'] ?? '');
  return mark === undefined ? undefined : `${mark} ${text}`;
}

/** What is drawn before the text of a command; commands without a mark are for the runner only. */
const marks: ReadonlyMap<string, string> = new Map([
  ['group', '▸'],
  ['error', '✗'],
  ['warning', '!'],
]);
