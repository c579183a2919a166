export { openService, type TestService } from './service.js';
