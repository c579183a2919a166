export { copyImage, type CopyRequest, type CopyResult } from './copy-image.js';
export { pushImage, type PushOptions, type PushResult } from './push-image.js';
export type { SendOptions, SentCount } from './send-content.js';
export { tagImage, type TagOptions } from './tag-image.js';
export {
  isVersionTag,
  planTags,
  tagPolicies,
  type CurrentTag,
  type TagOutcome,
  type TagPolicy,
} from './tag-plan.js';
