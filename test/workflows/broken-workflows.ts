import { owner } from '@slipway/core/owner';
import type { Rule } from './rules.js';

/** Which rule, what is wrong, the jobs of a workflow, and what the rule says. */
type BrokenWorkflow = readonly [Rule, string, string, ...string[]];

const called = 'on: { workflow_call: }\npermissions: {}\n';
const commit = '0123456789012345678901234567890123456789';

/** Small workflows, each with one thing wrong (or, with no message, with something that only looks wrong). */
export const brokenWorkflows: readonly BrokenWorkflow[] = [
  [
    'every job says what it may and how long it may take',
    'nothing is said',
    'on: push\njobs: { a: { steps: [{ run: true }] } }',
    'w.yml: permissions of the workflow must be {}',
    'w.yml: job a: has no permissions of its own',
    'w.yml: job a: has no timeout-minutes',
  ],
  [
    'every job says what it may and how long it may take',
    'a job that calls a workflow has no time of its own',
    `${called}jobs: { a: { uses: ${owner}/.github/workflows/rollback.yml@v1, permissions: {} } }`,
  ],
  [
    'no job may write',
    'packages',
    `${called}jobs: { a: { permissions: { contents: read, packages: write } } }`,
    'w.yml: job a: has packages: write',
  ],
  [
    'no job may write',
    'deployments, where nothing is deployed',
    `${called}jobs: { a: { permissions: { deployments: write } } }`,
    'w.yml: job a: has deployments: write',
  ],
  [
    'an approval is a job of its own that holds nobody up',
    'everything wrong',
    `${called}jobs:
  a:
    environment: { name: '\${{ needs.plan.outputs.approval-environment }}' }
    concurrency: { group: production }
    steps: [{ uses: ${owner}/actions/promote-to-prod@v1 }]`,
    'w.yml: job a: an approval is no deployment: deployment must be false',
    'w.yml: job a: holds up others while somebody thinks',
    'w.yml: job a: does more than to approve',
  ],
  [
    'an approval is a job of its own that holds nobody up',
    'an environment by name is no approval',
    `${called}jobs: { a: { environment: production, concurrency: { group: a } } }`,
  ],
  [
    'a deployment waits for its turn and is never cancelled',
    'no group',
    `${called}jobs: { a: { steps: [{ uses: ${owner}/actions/rollback@v1 }] } }`,
    'w.yml: job a: deploys without a concurrency group',
  ],
  [
    'a deployment waits for its turn and is never cancelled',
    'a group that cancels',
    `${called}jobs:
  a:
    concurrency: { group: a, cancel-in-progress: true }
    steps: [{ uses: ${owner}/actions/k8s-deploy@v1 }]`,
    'w.yml: job a: cancel-in-progress must be false',
    'w.yml: job a: queue must be max: what waits must not be replaced',
  ],
  [
    'a deployment waits for its turn and is never cancelled',
    'who deploys nothing may be cancelled',
    `${called}jobs: { a: { concurrency: { group: a, cancel-in-progress: true }, steps: [{ run: a }] } }`,
  ],
  [
    'secrets of production are in the job of production alone',
    'a plan with the keys',
    `${called}jobs: { plan: { env: { A: '\${{ secrets.PRODUCTION_KUBECONFIG }}' } } }`,
    'w.yml: job plan: sees a secret of production',
  ],
  [
    'secrets of production are in the job of production alone',
    'a template hands them on',
    `on: push\njobs: { a: { secrets: { A: '\${{ secrets.PRODUCTION_KUBECONFIG }}' } } }`,
  ],
  [
    'what others wrote is pinned by commit',
    'a tag, a short commit, and a commit of nothing',
    `${called}jobs:
  a:
    steps:
      - uses: actions/checkout@v7
      - uses: actions/checkout@0123456 # v7.0.1
      - uses: actions/checkout@${commit}`,
    'w.yml: actions/checkout@v7 must be @<commit> # <version>',
    'w.yml: actions/checkout@0123456 must be @<commit> # <version>',
    `w.yml: actions/checkout@${commit} must be @<commit> # <version>`,
  ],
  [
    'what others wrote is pinned by commit',
    'ours has a version, and theirs a commit',
    `${called}jobs:
  a:
    steps:
      - uses: ${owner}/actions/rollback@v1
      - uses: actions/checkout@${commit} # v7.0.1`,
  ],
  [
    'nothing is put into a script from outside',
    'an input',
    `${called}jobs: { a: { steps: [{ run: 'echo "\${{ inputs.reason }}"' }] } }`,
    'w.yml: job a: pass it through env: echo "${{ inputs.reason }}"',
  ],
  [
    'nothing is put into a script from outside',
    'through env',
    `${called}jobs: { a: { steps: [{ env: { A: '\${{ inputs.reason }}' }, run: 'echo "$A"' }] } }`,
  ],
  [
    'everybody is given what they ask for and nothing else',
    'an action',
    `${called}jobs:
  a:
    steps:
      - { id: back, uses: ${owner}/actions/rollback@v1, with: { reasn: a, environment: b } }
      - { uses: ${owner}/actions/roll-back@v1 }
      - { run: a, env: { A: '\${{ steps.back.outputs.from }}\${{ steps.back.outputs.too }}' } }`,
    'w.yml: job a: rollback has no input reasn',
    'w.yml: job a: rollback needs the input reason',
    'w.yml: job a: there is no action roll-back',
    'w.yml: job a: no output rollback too',
  ],
  [
    'everybody is given what they ask for and nothing else',
    'a workflow',
    `on: push
jobs:
  a:
    uses: ${owner}/.github/workflows/rollback.yml@v1
    with: { servce: a, reason: b }
    secrets: { TOKEN: a, PRODUCTION_KUBECONFIG: '\${{ secrets.KUBECONFIG }}' }
  b: { uses: ${owner}/.github/workflows/roll-back.yml@v1 }`,
    'w.yml: job a: .github/workflows/rollback.yml has no input servce',
    'w.yml: job a: .github/workflows/rollback.yml needs the input service',
    'w.yml: job a: .github/workflows/rollback.yml has no secret TOKEN',
    'w.yml: job a: the secret TOKEN must be called so by the caller, too',
    'w.yml: job a: the secret PRODUCTION_KUBECONFIG must be called so by the caller, too',
    'w.yml: job b: there is no .github/workflows/roll-back.yml',
  ],
];
