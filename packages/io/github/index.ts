export {
  openGitHub,
  type GitHub,
  type GitHubEnvironment,
  type GitHubOptions,
  type RunApproval,
} from './open-github.js';
