export {
  openGitHub,
  type GitHub,
  type GitHubDeployment,
  type GitHubEnvironment,
  type GitHubOptions,
  type GitHubRelease,
  type NewDeploymentStatus,
  type NewRelease,
  type RunApproval,
} from './open-github.js';
