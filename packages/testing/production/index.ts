export { failureOf } from './failure.js';
export { openProduction, policy, type Production } from './production.js';
