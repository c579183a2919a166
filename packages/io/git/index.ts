export { parsePathPattern, type PathPattern } from './path-pattern.js';
export {
  openRepository,
  type CommitRange,
  type GitRemote,
  type GitRepository,
  type OpenGitOptions,
} from './repository.js';
