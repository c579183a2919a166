export {
  algorithmOf,
  digestOf,
  hexOf,
  parseDigest,
  referrersTag,
  tryParseDigest,
  type Digest,
  type DigestAlgorithm,
} from './digest.js';
export {
  formatReference,
  formatRepository,
  parsePinnedReference,
  parseReference,
  parseRepository,
  type ImageReference,
  type PinnedReference,
  type Repository,
} from './image-ref.js';
export { isTag, parseTag, type Tag } from './tag.js';
