export {
  compareVersions,
  computeLevel,
  isRelease,
  parseVersion,
  tryParseVersion,
  type Level,
  type Version,
  type VersionChange,
} from './version.js';
