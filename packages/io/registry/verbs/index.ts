export { copyImage, type CopyOptions, type CopyRequest, type CopyResult } from './copy-image.js';
export type { SentCount } from './deliver-image.js';
export { fetchImageLabels, tryFetchVersion } from './image-labels.js';
export { pushImage, type PushOptions, type PushResult } from './push-image.js';
export type { SendOptions } from './send-options.js';
export { tagImage, type TagOptions } from './tag-image.js';
export {
  isVersionTag,
  planTags,
  tagPolicies,
  type CurrentTag,
  type TagOutcome,
  type TagPolicy,
} from './tag-plan.js';
