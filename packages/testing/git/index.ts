export {
  createGitBench,
  type GitAction,
  type GitBench,
  type Surroundings,
} from './action-in-repository.js';
export { createTestRepository, type TestCommit, type TestRepository } from './test-repository.js';
export { collect } from './collect.js';
