export { openService, type TestService } from './service.js';
export { createTestContext } from './test-context.js';
