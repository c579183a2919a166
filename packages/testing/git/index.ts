export {
  createGitBench,
  type GitAction,
  type GitBench,
  type Surroundings,
} from './action-in-repository.js';
export { createTestRepository, type TestCommit, type TestRepository } from './test-repository.js';
export { collect } from './collect.js';
export { answerCase, type HistoryAnswer, type HistoryCase } from './history-case.js';
export { chooseHistory, formatHistory, type RandomHistory } from './random-history.js';
export { answerByReference, listMainLine, type ReferenceQuestion } from './reference-version.js';
export { playStory, type Step } from './story.js';
