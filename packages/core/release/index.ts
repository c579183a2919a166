export {
  bundleMediaType,
  manifestsMediaType,
  parseBundleConfig,
  sourcesMediaType,
  type BundleChart,
  type BundleConfig,
  type BundleImage,
  type SmokeTestPlan,
} from './bundle.js';
export {
  attemptEventKinds,
  eventMediaType,
  formatEventTag,
  isAttemptEvent,
  parseEvent,
  serviceEventKinds,
  type AttemptEventContent,
  type AttemptEventDraft,
  type AttemptEventKind,
  type EventApproval,
  type EventContent,
  type EventDraft,
  type EventKind,
  type FailureCause,
  type KnownEvent,
  type LeaseIdentity,
  type LedgerEvent,
} from './event.js';
export {
  emptyState,
  computeHealthyMs,
  findApplied,
  findAttempt,
  findComparableVersion,
  knownGoodSince,
  liveAttempt,
  wasAdopted,
  type Attempt,
  type AttemptOutcome,
  type Hold,
  type Intent,
  type LedgerState,
  type Quarantine,
} from './state.js';
export { foldEvent } from './fold.js';
export { isQuarantined } from './quarantine.js';
export { eventRules, type Before, type Condition, type EventRule } from './rules.js';
export {
  ChainCheck,
  checkChain,
  type BreakKind,
  type BrokenChain,
  type ChainBreak,
  type ChainEntry,
  type ChainLink,
  type ChainVerdict,
  type KnownPosition,
} from './chain.js';
export { judgeUnacknowledged, type Belief } from './fencing.js';
export { formatLiveTime, formatWriter, tellDeployments, type DeploymentStory } from './story.js';
export { chooseReturn, type ReturnChoice } from './choose-return.js';
export type { ReturnRequest } from './return-request.js';
export { attemptEventSchema, holdEventSchema, placeSchema } from './event-schema.js';
export { bundleSchema } from './bundle-schema.js';
export { migrations, type Migration } from './migration.js';
