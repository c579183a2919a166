export { buildLayout, writeEvidence, type BuiltImage } from './build-layout.js';
export type {
  CommandPlan,
  ComposePlan,
  ContainerSettings,
  ImagePlan,
  SourcePlan,
  TestPlan,
} from './build-plan.js';
export { tryReadBuiltCommit, type BuiltCommit } from './built-commit.js';
export type { StageFailure } from './judge-tests.js';
export type { Cache } from './caches.js';
export { runCompose } from './run-compose.js';
export { runCommands } from './run-commands.js';
export { writeProvenance } from './write-provenance.js';
export { runTestStage } from './run-test-stage.js';
export type { StageOutcome, StageTools } from './stage.js';
