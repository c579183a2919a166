export {
  buildBundle,
  formatBundleTag,
  pullBundle,
  pushBundle,
  restoreBundle,
  type Bundle,
  type RenderedBundle,
} from './bundle-artifact.js';
export type { DeploymentContext } from './context.js';
export { deploy, planDeploy } from './deploy.js';
export type { DeployRequest } from './deploy-request.js';
export type { DeploymentOutcome } from './outcome.js';
export {
  finishKilled,
  openDeployment,
  readDeploymentPlace,
  rememberEnd,
  type DeploymentPlace,
} from './open-context.js';
export { changeHold, describeHold, type HoldOutcome, type HoldRequest } from './hold.js';
export { planSettle, settle } from './settle.js';
export { planRollBack, rollBack, type RollBackRequest } from './roll-back.js';
export {
  noVersion,
  renderBundle,
  type RenderClient,
  type RenderRequest,
  type ServiceImage,
} from './render-bundle.js';
export { formatDiffSection } from './format-diff.js';
export { diffObject, type ObjectDiff } from './object-diff.js';
export { formatOutcomeOutputs, formatOutcomeSummary } from './format-outcome.js';
export { pullOwnBundle } from './own-bundle.js';
export { toPlainText } from './plain-text.js';
export { redact } from './redact.js';
export { verifyRecord, type RecordVerdict } from './verify-record.js';
export { readImagePaths, readRenderSource, sourceInputs } from './source-inputs.js';
