export type { LoggedCommit } from './read-commits.js';
export type { Refs } from './refs.js';
export {
  refuseIncomplete,
  type GitRemote,
  type PushedTag,
  type OpenGitOptions,
  type RemoteAccess,
} from './remote.js';
export {
  openRepository,
  type CommitRange,
  type GitRepository,
  type LogOptions,
} from './repository.js';
