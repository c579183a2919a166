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
export {
  isConventional,
  parseCommit,
  parseMergedTitle,
  parseSquashed,
  type ParsedCommit,
} from './commit-message.js';
export {
  adjustLevel,
  foldVersions,
  limitToPatch,
  majorZeroRules,
  numberPrereleases,
  type FoldOptions,
  type MajorZeroRule,
  type VersionStep,
} from './fold.js';
export { groupMergedCommits, listAddedCommits, type Brought } from './merged-commits.js';
export {
  createPathIndex,
  parsePathPattern,
  type PathIndex,
  type PathPattern,
} from './path-pattern.js';
export { formatPrerelease, formatSlug, type PrereleaseParts } from './prerelease.js';
export { tryParsePulledMerge, type PulledMerge } from './pulled-merge.js';
export { dropReverted } from './reverted.js';
export {
  computeMovingTags,
  hasVersionTag,
  parseTagPrefix,
  selectVersionTags,
  tryFindForeignTag,
  tryFindUncounted,
  type Tag,
  type VersionTag,
} from './version-tag.js';
export {
  bumpVersion,
  compareVersions,
  computeLevel,
  isRelease,
  parseVersion,
  sortDescending,
  splitVersion,
  tryParseVersion,
  type Level,
  type Version,
  type VersionChange,
} from './version.js';
