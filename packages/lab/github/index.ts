export { startGitHub, type GitHubStandIn, type RepositoryStandIn } from './github.js';
