export { build, type Built } from './build.js';
export type {
  BuildPlan,
  CommandPlan,
  ComposePlan,
  ContainerSettings,
  ImagePlan,
  SourcePlan,
} from './build-plan.js';
export { tryReadBuiltCommit } from './built-commit.js';
export type { Cache } from './caches.js';
export { needsBuildSecrets } from './secret-mounts.js';
