export {
  openGitHub,
  type GitHub,
  type GitHubDeployment,
  type GitHubEnvironment,
  type GitHubOptions,
  type NewDeploymentStatus,
  type RunApproval,
} from './open-github.js';
