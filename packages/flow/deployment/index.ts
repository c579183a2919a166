export {
  buildBundle,
  formatBundleTag,
  pullBundle,
  type Bundle,
  type RenderedBundle,
} from './bundle-artifact.js';
export type { DeploymentContext } from './context.js';
export { deploy, planDeploy, type DeployRequest } from './deploy.js';
export type { DeploymentOutcome } from './outcome.js';
export {
  finishKilled,
  openDeployment,
  readDeploymentPlace,
  rememberEnd,
  type DeploymentPlace,
} from './open-context.js';
export { planRollBack, rollBack, type RollBackRequest } from './roll-back.js';
export { renderBundle, type RenderRequest, type ServiceImage } from './render-bundle.js';
export { formatOutcomeOutputs, formatOutcomeSummary } from './format-outcome.js';
export { verifyRecord, type RecordVerdict } from './verify-record.js';
export { readRenderSource } from './source-inputs.js';
