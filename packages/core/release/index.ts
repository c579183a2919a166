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
  eventMediaType,
  formatEventTag,
  parseEvent,
  type EventKind,
  type FailureCause,
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
  type Intent,
  type LedgerState,
  type Quarantine,
} from './state.js';
export { foldEvent, type EventDraft } from './fold.js';
export { checkChain, type ChainLink, type ChainVerdict } from './chain.js';
export { chooseReturn, type ReturnChoice, type ReturnRequest } from './choose-return.js';
