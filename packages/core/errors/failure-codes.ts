/**
 * Every way in which an action can fail: the value of the output `failure-code`.
 * A closed set: each has a page `docs/failures/<code>.md`, proven by `test/docs.test.ts`.
 */
export const failureCodes = [
  // what was asked
  'invalid-input',
  'source-invalid',
  'render-failed',
  'image-unmatched',
  'image-unpinned',
  'secret-refused',
  'tool-missing',
  'tool-invalid',
  // versions and builds
  'history-incomplete',
  'no-version',
  'git-refused',
  'engine-missing',
  'build-failed',
  'service-failed',
  'tests-failed',
  'test-report-invalid',
  // registries
  'registry-unreachable',
  'registry-denied',
  'registry-refused',
  'registry-corrupt',
  'not-found',
  'tag-taken',
  // clusters
  'cluster-unreachable',
  'cluster-denied',
  'cluster-refused',
  'apply-conflict',
  // the lock and the record
  'lock-held',
  'lock-lost',
  'ledger-conflict',
  'ledger-broken',
  'quarantined',
  'held',
  'nothing-to-return-to',
  // gates, policy and approval
  'evidence-missing',
  'evidence-invalid',
  'integration-failed',
  'integration-errored',
  'integration-inconclusive',
  'policy-blocked',
  'approval-environment-invalid',
  'approval-missing',
  'plan-changed',
  'github-refused',
  'dependency-missing',
  // a release that does not work
  'image-not-found',
  'image-pull-denied',
  'image-pull-failed',
  'config-missing',
  'container-cannot-start',
  'crash-loop',
  'out-of-memory',
  'job-failed',
  'pods-refused',
  'volume-unbound',
  'unschedulable',
  'resource-failed',
  'overtaken',
  'deadline-exceeded',
  'smoke-test-failed',
  'soak-failed',
  'rollback-failed',
  // the run itself
  'interrupted',
  'internal',
] as const;

export type FailureCode = (typeof failureCodes)[number];
