export { histories } from './histories.js';
export type { History } from './history.js';
