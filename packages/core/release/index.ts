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
export { checkChain, type ChainLink, type ChainVerdict } from './chain.js';
export { formatLiveTime, formatWriter, tellDeployments, type DeploymentStory } from './story.js';
export { chooseReturn, type ReturnChoice, type ReturnRequest } from './choose-return.js';
