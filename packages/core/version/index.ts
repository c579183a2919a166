export { formatAnnotations, levelLabel, type AnnotationSource } from './annotations.js';
export { formatChangelog, type ChangelogOptions } from './changelog.js';
export {
  changeLevels,
  computeChange,
  computeCommitLevel,
  findHighestLevel,
  isUntoldMerge,
  parseLevelRule,
  type Change,
  type ChangeEntry,
  type Commit,
  type LevelRule,
  type LevelRules,
} from './commit-level.js';
export { parseCommit, parseMergedTitle, type ParsedCommit } from './commit-message.js';
export { foldVersions, type FoldOptions, type VersionStep } from './fold.js';
export { groupMergedCommits } from './merged-commits.js';
export { formatPrerelease, formatSlug, type PrereleaseParts } from './prerelease.js';
export {
  computeMovingTags,
  parseTagPrefix,
  selectVersionTags,
  type Tag,
  type VersionTag,
} from './version-tag.js';
export {
  bumpVersion,
  compareVersions,
  computeLevel,
  isRelease,
  parseVersion,
  tryParseVersion,
  type Level,
  type Version,
  type VersionChange,
} from './version.js';
