export { pushImage, type PushOptions, type PushResult, type SentCount } from './push-image.js';
export {
  isVersionTag,
  planTags,
  tagPolicies,
  type CurrentTag,
  type TagOutcome,
  type TagPolicy,
} from './tag-plan.js';
