export {
  bundleMediaType,
  manifestsMediaType,
  parseBundleConfig,
  sourcesMediaType,
  type BundleConfig,
  type BundleImage,
  type Migration,
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
  findApplied,
  findAttempt,
  isQuarantined,
  knownGoodSince,
  liveAttempt,
  type Attempt,
  type AttemptOutcome,
  type Hold,
  type Intent,
  type LedgerState,
  type Quarantine,
} from './state.js';
export { foldEvent } from './fold.js';
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
export { chooseReturn, type ReturnChoice, type ReturnRequest } from './choose-return.js';
