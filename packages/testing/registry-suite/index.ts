export { describeRegistry } from './describe-registry.js';
