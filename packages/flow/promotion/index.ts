export {
  applyPromotion,
  assertLive,
  type AppliedPromotion,
  type ApplyRequest,
  type Approval,
} from './apply-promotion.js';
export type { BundleDiff } from './diff-bundles.js';
export type { JudgedCandidate, PromotionContext, PromotionTarget } from './judge-candidate.js';
export {
  assertApproved,
  assertOwnRun,
  describeRun,
  computePlanDigest,
  readPlanFile,
  writePlanFile,
  type PlanFile,
} from './plan-file.js';
export { fetchPolicy, readPolicySource, type PolicySource } from './policy-source.js';
export { planPromotion, type PlannedPromotion, type PromotionRequest } from './plan-promotion.js';
