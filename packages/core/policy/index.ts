export {
  describeFreeze,
  findFreeze,
  judgePolicy,
  type GateVerdict,
  type PolicyFacts,
  type PolicyVerdict,
  type Update,
} from './judge-policy.js';
export { comparePlans, formatPlan, parsePlan, planMediaType, type PromotionPlan } from './plan.js';
