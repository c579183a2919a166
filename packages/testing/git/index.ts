export { createTestRepository, type TestCommit, type TestRepository } from './test-repository.js';
