export type { Line } from './line.js';
export { openHistory, type OpenHistoryOptions } from './open-history.js';
export { type Place } from './place.js';
export {
  readServiceHistory,
  type HistoryContext,
  type ServiceHistory,
  type ServiceRequest,
} from './service-history.js';
