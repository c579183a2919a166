import { owner } from '@slipway/core/owner';
import {
  tryReadAction,
  tryReadCalled,
  type Interface,
  type Job,
  type Step,
  type WorkflowFile,
} from './workflow-file.js';

/**
 * What neither act nor the linters check, each rule with what breaks it: act ignores approval, concurrency and
 * permissions, and linters do not know what a deployment is.
 */
export const rules = {
  'every job says what it may and how long it may take': checkPermissions,
  'no job may write': checkNoWriting,
  'an approval is a job of its own that holds nobody up': checkApproval,
  'a deployment waits for its turn and is never cancelled': checkConcurrency,
  'secrets of production are in the job of production alone': checkProductionSecrets,
  'what others wrote is pinned by commit': checkPins,
  'nothing is put into a script from outside': checkScripts,
  'everybody is given what they ask for and nothing else': checkInterfaces,
} satisfies Record<string, (file: WorkflowFile) => readonly string[]>;

export type Rule = keyof typeof rules;

const deploying = ['k8s-deploy', 'rollback', 'redeploy-system'];
/** Whether some step makes something live. */
function isDeployment(steps: readonly Step[]): boolean {
  return steps.some(({ uses }) => deploying.includes(tryOwnAction(uses) ?? ''));
}

const checkedOut = /^(?<action>[^@]+)@[0-9a-f]{40}$/;

function listJobs({ path, workflow }: WorkflowFile): readonly (readonly [string, Job])[] {
  return Object.entries(workflow.jobs).map(([name, job]) => [`${path}: job ${name}`, job]);
}

function checkPermissions(file: WorkflowFile): readonly string[] {
  const { permissions } = file.workflow;
  const isNothing = JSON.stringify(permissions) === '{}';
  return [
    ...(isNothing ? [] : [`${file.path}: permissions of the workflow must be {}`]),
    ...listJobs(file).flatMap(([where, job]) => [
      ...(typeof job.permissions === 'object' ? [] : [`${where}: has no permissions of its own`]),
      ...(job.uses === undefined && job['timeout-minutes'] === undefined
        ? [`${where}: has no timeout-minutes`]
        : []),
    ]),
  ];
}

/** But for what shows a deployment on GitHub, where there is one. */
function checkNoWriting(file: WorkflowFile): readonly string[] {
  return listJobs(file).flatMap(([where, { permissions, steps = [], uses }]) =>
    Object.entries(typeof permissions === 'object' ? permissions : {})
      .filter(([, right]) => right !== 'read')
      .filter(([name]) => name !== 'deployments' || !(uses !== undefined || isDeployment(steps)))
      .map(([name, right]) => `${where}: has ${name}: ${String(right)}`),
  );
}

function checkApproval(file: WorkflowFile): readonly string[] {
  return listJobs(file).flatMap(([where, { environment, concurrency, steps = [] }]) => {
    const name = typeof environment === 'object' ? environment.name : (environment ?? '');
    if (!name.includes('approval-environment')) return [];
    const isDeployment = typeof environment !== 'object' || environment.deployment !== false;
    return [
      ...(isDeployment ? [`${where}: an approval is no deployment: deployment must be false`] : []),
      ...(concurrency === undefined ? [] : [`${where}: holds up others while somebody thinks`]),
      ...(steps.some(({ uses }) => uses !== undefined)
        ? [`${where}: does more than to approve`]
        : []),
    ];
  });
}

function checkConcurrency(file: WorkflowFile): readonly string[] {
  return listJobs(file).flatMap(([where, { concurrency, steps = [] }]) => {
    if (!isDeployment(steps)) return [];
    if (concurrency === undefined) return [`${where}: deploys without a concurrency group`];
    const { 'cancel-in-progress': cancel, queue } = concurrency;
    const isRollback = steps.every(({ uses }) => tryOwnAction(uses) !== 'k8s-deploy');
    return [
      ...(cancel === false ? [] : [`${where}: cancel-in-progress must be false`]),
      ...(isRollback || queue === 'max'
        ? []
        : [`${where}: queue must be max: what waits must not be replaced`]),
    ];
  });
}

/** What jobs call the GitHub environment that they deploy to; that of a rollback may be production, too. */
const productionEnvironments: readonly string[] = [
  '${{ inputs.production-environment }}',
  '${{ inputs.environment }}',
];

/** A reusable workflow gets all secrets; each of its jobs sees those that it names. */
function checkProductionSecrets(file: WorkflowFile): readonly string[] {
  if (file.workflow.on.workflow_call === undefined) return [];
  return listJobs(file)
    .filter(([, { environment }]) => !productionEnvironments.some((each) => each === environment))
    .filter(([, job]) => JSON.stringify(job).includes('secrets.PRODUCTION_'))
    .map(([where]) => `${where}: sees a secret of production`);
}

function checkPins(file: WorkflowFile): readonly string[] {
  const jobs = listJobs(file);
  const uses = jobs.flatMap(([, job]) => [job.uses, ...(job.steps ?? []).map((step) => step.uses)]);
  return uses
    .filter((each) => each !== undefined)
    .filter((each) => !each.startsWith(`${owner}/`))
    .filter((each) => !checkedOut.test(each) || !hasVersionComment(file.text, each))
    .map((each) => `${file.path}: ${each} must be @<commit> # <version>`);
}

function hasVersionComment(text: string, uses: string): boolean {
  return text
    .split('\n')
    .filter((line) => line.includes(uses))
    .every((line) => /@\S+ # v\d+\.\d+\.\d+$/.test(line));
}

function checkScripts(file: WorkflowFile): readonly string[] {
  return listJobs(file).flatMap(([where, { steps = [] }]) =>
    steps
      .filter(({ run }) => run?.includes('${{') === true)
      .map(({ run }) => `${where}: pass it through env: ${run ?? ''}`),
  );
}

function checkInterfaces(file: WorkflowFile): readonly string[] {
  return listJobs(file).flatMap(([where, job]) => [
    ...checkCall(where, job),
    ...(job.steps ?? []).flatMap((step) => checkStep(where, step)),
    ...checkOutputs(where, job),
  ]);
}

function checkCall(
  where: string,
  { uses, with: given = {}, secrets = {} }: Job,
): readonly string[] {
  const called = new RegExp(`^${owner}/(?<path>\\.github/workflows/[^@]+)@v1$`).exec(uses ?? '');
  const path = called?.groups?.['path'];
  if (path === undefined) return [];
  const asked = tryReadCalled(path);
  if (asked === undefined) return [`${where}: there is no ${path}`];
  return [
    ...compare(`${where}: ${path}`, 'input', given, asked.inputs),
    ...(secrets === 'inherit'
      ? []
      : [
          ...compare(`${where}: ${path}`, 'secret', secrets, asked.secrets),
          ...compareNames(where, secrets),
        ]),
  ];
}

/** A secret of a GitHub environment reaches a called job under its own name only. */
function compareNames(
  where: string,
  secrets: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(secrets)
    .filter(([name, value]) => value !== `\${{ secrets.${name} }}`)
    .map(([name]) => `${where}: the secret ${name} must be called so by the caller, too`);
}

function checkStep(where: string, { uses, with: given = {} }: Step): readonly string[] {
  const action = tryOwnAction(uses);
  if (action === undefined) return [];
  const asked = tryReadAction(`actions/${action}`);
  if (asked === undefined) return [`${where}: there is no action ${action}`];
  return compare(`${where}: ${action}`, 'input', given, asked.inputs);
}

function compare(
  where: string,
  kind: 'input' | 'secret',
  given: Readonly<Record<string, unknown>>,
  asked: Interface['inputs'],
): readonly string[] {
  const unknown = Object.keys(given).filter((name) => !(name in asked));
  const missing = Object.entries(asked)
    .filter(([name, it]) => it?.required === true && it.default === undefined && !(name in given))
    .map(([name]) => name);
  return [
    ...unknown.map((name) => `${where} has no ${kind} ${name}`),
    ...missing.map((name) => `${where} needs the ${kind} ${name}`),
  ];
}

/** `${{ steps.push.outputs.reference }}` where the step `push` has no such output. */
function checkOutputs(where: string, job: Job): readonly string[] {
  const actions = new Map(
    (job.steps ?? []).flatMap(({ id, uses }) => {
      const action = tryOwnAction(uses);
      return id === undefined || action === undefined ? [] : [[id, action] as const];
    }),
  );
  const used = JSON.stringify(job).matchAll(/steps\.(?<id>[\w-]+)\.outputs\.(?<name>[\w-]+)/g);
  const wrong = [...used].flatMap(({ groups: { id = '', name = '' } = {} }) => {
    const action = actions.get(id);
    const outputs = action === undefined ? undefined : tryReadAction(`actions/${action}`)?.outputs;
    return outputs === undefined || outputs.includes(name) ? [] : [`${action ?? ''} ${name}`];
  });
  return [...new Set(wrong)].map((each) => `${where}: no output ${each}`);
}

/** `owner/slipway/actions/rollback@v1` → `rollback` */
function tryOwnAction(uses: string | undefined): string | undefined {
  return new RegExp(`^${owner}/actions/(?<name>[^@]+)@v1$`).exec(uses ?? '')?.groups?.['name'];
}
