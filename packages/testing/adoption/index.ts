export { diesAt } from './dying-context.js';
export { FormerService } from './former-service.js';
export { ways, type Way } from './ways.js';
